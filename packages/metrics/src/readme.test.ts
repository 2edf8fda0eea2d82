import { expectClose, runReadme } from '@cxr-ifa/testing';
import { expect, it } from 'vitest';
import type { ConfusionMetrics } from './confusionMetrics.ts';
import type { DelongInterval } from './delong.ts';
import type { BootstrapInterval } from './patientBootstrap.ts';
import type { PerFinding } from './perFinding.ts';
import type { SubgroupRow } from './subgroupTable.ts';

it('runs the README example', async () => {
  const { area, precision, nothing, interval, gain } = (await runReadme(new URL('..', import.meta.url))) as {
    area: number;
    precision: number;
    nothing: undefined;
    interval: BootstrapInterval;
    gain: BootstrapInterval;
  };
  // Of 4 x 6 pairs, 0.9, 0.8 and 0.7 win all six; 0.4 wins three, ties two and loses one
  await expectClose(area, (6 + 6 + 6 + 3 + 1) / 24);
  await expectClose(precision, (1 + 1 + 1 + 4 / 7) / 4);
  expect(nothing).toBeUndefined();
  expect(interval.value).toBe(area);
  expect(interval.low).toBeLessThan(area);
  expect(interval.samples + interval.undefinedSamples).toBe(2000);
  expect(gain.low).toBeLessThan(gain.value as number);
  expect(gain.high).toBeGreaterThan(gain.value as number);
});

it('runs the README example from validation to test', async () => {
  const { decisions, before, after, interval, adjusted, table, rows } = (await runReadme(new URL('..', import.meta.url), 1)) as {
    decisions: ConfusionMetrics;
    before: number;
    after: number;
    interval: DelongInterval;
    adjusted: number[];
    table: PerFinding<'effusion' | 'hernia'>;
    rows: SubgroupRow[];
  };
  expect(Math.abs((decisions.sensitivity as number) - 0.9)).toBeLessThan(0.06); // asked for on validation, found on test
  expect(after).toBeLessThan(before);
  expect(interval.low).toBeLessThan(interval.value);
  expect(interval.high).toBeGreaterThan(interval.value);
  expect(adjusted[0]).toBeLessThan(0.05);
  expect(adjusted[1]).toBe(0.04);
  expect([table.macro, table.over]).toEqual([table.findings.effusion, ['effusion']]);
  expect(rows.map(({ level, images, patients }) => [level, images, patients])).toEqual([['F', 200, 100], ['M', 200, 100]]);
});

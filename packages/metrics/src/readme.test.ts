import { expectClose, runReadme } from '@cxr-ifa/testing';
import { expect, it } from 'vitest';
import type { BootstrapInterval } from './patientBootstrap.ts';

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

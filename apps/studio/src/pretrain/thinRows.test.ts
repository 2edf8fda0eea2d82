import { describe, expect, it } from 'vitest';
import type { LogRow } from './run.ts';
import { thinRows } from './thinRows.ts';

describe('thinRows', () => {
  it('leaves a short log as it is', () => {
    const rows = [{ step: 1 }, { step: 2 }];
    expect(thinRows(rows)).toBe(rows);
  });

  it('keeps a long log short, from its first step to all of its latest', () => {
    let rows: readonly LogRow[] = [];
    for (let step = 1; step <= 20_000; step++) rows = thinRows([...rows, { step }]);
    expect(rows.length).toBeLessThanOrEqual(4000);
    const steps = rows.map(({ step }) => step as number);
    expect(steps[0]).toBe(1);
    expect(steps.slice(-1000)).toEqual(Array.from({ length: 1000 }, (_, index) => 19_001 + index));
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(Math.max(...steps.slice(1).map((step, index) => step - (steps[index] as number)))).toBeLessThanOrEqual(16);
  });
});

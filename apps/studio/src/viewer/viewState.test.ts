import { describe, expect, it } from 'vitest';
import { dragWindow, fit, zoomAt } from './viewState.ts';

describe('the viewer', () => {
  it('fits an image into the middle of any canvas', () => {
    expect(fit({ width: 200, height: 100 }, { width: 100, height: 100 })).toEqual({ scale: 0.5, x: 0, y: 25 });
    expect(fit({ width: 50, height: 100 }, { width: 400, height: 200 })).toEqual({ scale: 2, x: 150, y: 0 });
  });

  it('zooms around the pointer, and not without end', () => {
    const before = { scale: 2, x: 10, y: 20 };
    const after = zoomAt(before, 1.5, { x: 50, y: 80 });
    expect(after.scale).toBe(3);
    for (const axis of ['x', 'y'] as const) expect(({ x: 50, y: 80 }[axis] - after[axis]) / after.scale).toBeCloseTo(({ x: 50, y: 80 }[axis] - before[axis]) / before.scale, 12);
    expect(zoomAt(before, 1e9, { x: 0, y: 0 }).scale).toBe(40);
  });

  it('drags the window: to the right wider, downwards darker, and never to nothing', () => {
    const range = [0, 255] as const;
    const wider = dragWindow({ low: 50, high: 150 }, 60, 0, range);
    expect([wider.low, wider.high]).toEqual([37.25, 162.75]);
    const darker = dragWindow({ low: 50, high: 150 }, 0, 60, range);
    expect((darker.low + darker.high) / 2).toBeCloseTo(125.5, 9); // a higher level: less is white
    const least = dragWindow({ low: 50, high: 150 }, -1e6, 0, range);
    expect(least.high - least.low).toBeCloseTo(255 / 256, 9);
  });
});

import { describe, expect, it } from 'vitest';
import { dragWindow, fit, pinch, resizeCanvas, zoomAt } from './viewState.ts';

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

  it('keeps in a canvas of another size what was looked at', () => {
    const image = { width: 200, height: 100 };
    const before = { low: 0, high: 1, invert: false, width: 100, height: 100, ...fit(image, { width: 100, height: 100 }) };
    const larger = { width: 300, height: 200 };
    expect(resizeCanvas(before, image, larger)).toEqual({ ...before, ...larger, ...fit(image, larger) });
    const zoomed = { ...before, scale: 3, x: -40, y: 5 };
    expect(resizeCanvas(zoomed, image, larger)).toEqual({ ...zoomed, ...larger, x: 60, y: 55 });
  });

  it('follows two fingers', () => {
    const before = { scale: 2, x: 10, y: 20 };
    const fingers = [{ x: 10, y: 20 }, { x: 30, y: 20 }] as const;
    expect(pinch(before, fingers, [{ x: 15, y: 13 }, { x: 35, y: 13 }])).toEqual({ scale: 2, x: 15, y: 13 });
    expect(pinch(before, fingers, [{ x: 10, y: 20 }, { x: 50, y: 20 }])).toEqual({ scale: 4, x: 10, y: 20 });
    expect(pinch(before, [fingers[0], fingers[0]], fingers).scale).toBe(40); // two fingers on one spot
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

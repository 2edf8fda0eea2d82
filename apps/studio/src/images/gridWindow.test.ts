import { describe, expect, it } from 'vitest';
import { gridWindow } from './gridWindow.ts';

describe('gridWindow', () => {
  const cell = { width: 100, height: 100 };
  it('has every cell that is in sight, and few others', () => {
    expect(gridWindow({ width: 450, height: 250, top: 0 }, cell, 1000)).toEqual({ columns: 4, rows: 250, first: 0, last: 20 });
    expect(gridWindow({ width: 450, height: 250, top: 1050 }, cell, 1000)).toEqual({ columns: 4, rows: 250, first: 32, last: 60 });
  });

  it('ends with the last image, and survives a grid without room', () => {
    expect(gridWindow({ width: 450, height: 250, top: 0 }, cell, 7)).toEqual({ columns: 4, rows: 2, first: 0, last: 7 });
    expect(gridWindow({ width: 0, height: 0, top: 0 }, cell, 3)).toEqual({ columns: 1, rows: 3, first: 0, last: 2 });
    expect(gridWindow({ width: 450, height: 250, top: 9999 }, cell, 7).first).toBe(7);
  });
});

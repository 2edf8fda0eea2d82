import { describe, expect, it } from 'vitest';
import { formatTable } from './formatTable.ts';

describe('formatTable', () => {
  it('quotes what must be, keeps every digit, and leaves nothing empty', () => {
    expect(formatTable([['image', 'a'], ['x, "y".png', 0.1 + 0.2], ['z', undefined]])).toBe('image,a\n"x, ""y"".png",0.30000000000000004\nz,\n');
  });

  it('makes text of what a spreadsheet would compute', () => {
    expect(formatTable([['=cmd()', -1]])).toBe("'=cmd(),-1\n");
  });
});

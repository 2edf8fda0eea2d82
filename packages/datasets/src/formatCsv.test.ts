import { describe, expect, it } from 'vitest';
import { formatCsv } from './formatCsv.ts';
import { readTable } from './readTable.ts';

describe('formatCsv', () => {
  it('is read back cell by cell, whatever the cells hold', () => {
    const rows = [
      ['image', 'a,b', 'a "quoted" name'],
      ['one\nline more', ' blanks ', ''],
      ['ä/ö.png', 'x', 'z'],
    ];
    const { columns, rows: body } = readTable(formatCsv(rows));
    expect(columns).toEqual(rows[0]);
    expect(body.map(({ cells }) => cells)).toEqual(rows.slice(1));
  });

  it('keeps every digit of a number, and leaves nothing empty', () => {
    const value = 0.1 + 0.2;
    expect(formatCsv([[value, undefined, 0, 1e-9]])).toBe('0.30000000000000004,,0,1e-9\n');
    expect(Number('0.30000000000000004')).toBe(value);
  });
});

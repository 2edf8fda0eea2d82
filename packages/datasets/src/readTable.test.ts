import { describe, expect, it } from 'vitest';
import { readTable } from './index.ts';

const cells = (text: string, options?: { delimiter: string }): (readonly string[])[] => readTable(text, options).rows.map((row) => row.cells);

describe('readTable', () => {
  it('reads quotes, both line endings, a byte-order mark and blank lines', () => {
    const table = readTable('\uFEFFfile, label\r\n"a,b.png","he said ""no"""\r\n\r\nc.png,two\nlines,\n');
    expect(table.columns).toEqual(['file', 'label']);
    expect(table.rows).toEqual([
      { cells: ['a,b.png', 'he said "no"'], number: 2 },
      { cells: ['c.png', 'two'], number: 4 },
      { cells: ['lines', ''], number: 5 },
    ]);
    expect(cells('a;b\n"1\n2";3', { delimiter: ';' })).toEqual([['1\n2', '3']]);
    expect(cells('only\n1')).toEqual([['1']]);
  });

  it('keeps the odd headers of publishers', () => {
    expect(readTable('Image Index,Finding Label,Bbox [x,y,w,h],,,\na.png,Mass,1,2,3,4,,,').columns).toEqual(['Image Index', 'Finding Label', 'Bbox [x', 'y', 'w', 'h]', '', '', '']);
    expect(cells('a,b\n1,2,,')).toEqual([['1', '2']]);
    // whose rows end before the header's empty columns do
    expect(cells('a,b,,\n1,2\n3,4,,\n')).toEqual([['1', '2', '', ''], ['3', '4', '', '']]);
    expect(() => readTable('a,b,,\n1\n')).toThrow('row 2 has 1');
  });

  it('refuses what it cannot read, with the row', () => {
    expect(() => readTable('')).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot read the table as it is empty]`);
    expect(() => readTable('\n\n')).toThrow('it is empty');
    expect(() => readTable('a,b\n1,2\n\n3\n')).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot read the table as each row must have 2 cells like the header: row 4 has 1]`);
    expect(() => readTable('a,b\n1,2,3\n')).toThrow('row 2 has 3');
    expect(() => readTable('a,b\n1,2\n"3,4\n5,6\n')).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot read the table as row 3 has a quote that is not closed or not alone in its cell]`);
  });
});

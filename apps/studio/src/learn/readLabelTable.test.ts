import { describe, expect, it } from 'vitest';
import { readLabelTable } from './readLabelTable.ts';

describe('readLabelTable', () => {
  it('takes back what the studio wrote', () => {
    const text = 'image,patient,split,Effusion:probability,Effusion:label,Mass:probability,Mass:label,out_of_distribution,warning\na/1.png,p,,0.9,1,0.1,0,0.2,\na/2.png,p,,1,,0,,1,\n';
    expect(readLabelTable(text)).toEqual({ findings: ['Effusion', 'Mass'], leftOut: [], rows: [{ path: 'a/1.png', labels: { Effusion: 1, Mass: 0 } }] });
    expect(() => readLabelTable('image,patient,split,out_of_distribution,warning\n1.png,1,,0,\n')).toThrow('no column does');
  });

  it('takes the columns of any table that hold nothing but labels, and names the others', () => {
    const text = 'File,age,Effusion,comment\r\n"x, y.png",61,1.0,large\r\nz\\2.png,48,-1,\r\n3.png,1,0,\r\n';
    expect(readLabelTable(text)).toEqual({ findings: ['Effusion'], leftOut: [{ name: 'age', cell: '61' }, { name: 'comment', cell: 'large' }], rows: [{ path: 'x, y.png', labels: { Effusion: 1 } }, { path: '3.png', labels: { Effusion: 0 } }] });
  });

  it('reads semicolons and tabs, and a byte-order mark', () => {
    for (const separator of [';', '\t']) expect(readLabelTable(`\ufeffimage${separator}Mass\n1.png${separator}1\n`).rows).toEqual([{ path: '1.png', labels: { Mass: 1 } }]);
  });

  it('takes no word for a label', () => {
    for (const word of ['constructor', 'toString', '__proto__', 'yes']) expect(() => readLabelTable(`image,Effusion\n1.png,${word}\n2.png,1\n`)).toThrow('no column does');
    const { rows } = readLabelTable('image,__proto__\n1.png,1\n');
    expect(Object.entries(rows[0]?.labels ?? {})).toEqual([['__proto__', 1]]);
  });

  it('says what is missing', () => {
    expect(() => readLabelTable('name,Effusion\n1.png,1\n')).toThrow('Cannot read labels as a column must name the image, by one of image, path, file, filename, image index: current columns are name, Effusion');
  });
});

import { describe, expect, it } from 'vitest';
import { readLabelTable } from './readLabelTable.ts';

describe('readLabelTable', () => {
  it('takes back what the studio wrote', () => {
    const text = 'image,patient,split,Effusion:probability,Effusion:label,Mass:probability,Mass:label,out_of_distribution,warning\na/1.png,p,,0.9,1,0.1,0,0.2,\na/2.png,p,,1,,0,,1,\n';
    expect(readLabelTable(text)).toEqual({ findings: ['Effusion', 'Mass'], rows: [{ path: 'a/1.png', labels: { Effusion: 1, Mass: 0 } }] });
  });

  it('takes the columns of any table that hold nothing but labels', () => {
    const text = 'File,age,Effusion,comment\r\n"x, y.png",61,1.0,large\r\nz\\2.png,48,,\r\n3.png,1,0,\r\n';
    expect(readLabelTable(text)).toEqual({ findings: ['Effusion'], rows: [{ path: 'x, y.png', labels: { Effusion: 1 } }, { path: '3.png', labels: { Effusion: 0 } }] });
  });

  it('says what is missing', () => {
    expect(() => readLabelTable('name,Effusion\n1.png,1\n')).toThrow('Cannot read labels as a column must name the image, by one of image, path, file, filename, image index: current columns are name, Effusion');
    expect(() => readLabelTable('image,Effusion\n1.png,yes\n')).toThrow('Cannot read labels as a column must hold nothing but 1, present, 0, absent, and blank cells: no column does');
  });
});

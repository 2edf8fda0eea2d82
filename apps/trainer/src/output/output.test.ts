import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { encodeGrayPng } from './encodeGrayPng.ts';
import { formatBytes } from './formatBytes.ts';
import { formatTable } from './formatTable.ts';
import { createPseudonymiser } from './pseudonymise.ts';

describe('formatTable', () => {
  it('lines up names to the left and numbers to the right', () => {
    expect(formatTable([['finding', 'AUROC'], ['nodule', '0.5'], ['x', '0.875']])).toEqual(['finding  AUROC', '-------  -----', 'nodule     0.5', 'x        0.875']);
    expect(formatTable([['what', 'value'], ['a', 'b']], { align: 'left' })).toEqual(['what  value', '----  -----', 'a     b']);
  });
});

describe('createPseudonymiser', () => {
  it('keeps patients apart and together, and cannot be repeated', () => {
    const pseudonym = createPseudonymiser(false);
    const ids = Array.from({ length: 500 }, (_, patient) => pseudonym(String(patient)));
    expect(new Set(ids).size).toBe(500);
    expect(pseudonym('17')).toBe(ids[17]);
    expect(ids[17]).toMatch(/^[0-9a-f]{16}$/);
    expect(createPseudonymiser(false)('17')).not.toBe(ids[17]);
    expect(pseudonym(undefined)).toBeUndefined();
  });

  it('leaves ids where it is told to', () => {
    expect(createPseudonymiser(true)('17')).toBe('17');
  });
});

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [9_412_345, '9.41 MB'],
    [25_300_000_000, '25.3 GB'],
  ])('says %i bytes as %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});

describe('encodeGrayPng', () => {
  it('rounds and cuts, and is read back', () => {
    const { width, height, channels, data } = decode(encodeGrayPng(Float32Array.of(-5, 0.4, 0.6, 254.5, 255, 300), 3, 2));
    expect([width, height, channels, ...data]).toEqual([3, 2, 1, 0, 0, 1, 255, 255, 255]);
  });

  it('refuses other sizes', () => {
    expect(() => encodeGrayPng(new Float32Array(5), 3, 2)).toThrow('Cannot write a PNG as 3 x 2 values are needed: current length is 5');
  });
});

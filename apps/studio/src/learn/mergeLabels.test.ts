import { describe, expect, it } from 'vitest';
import { mergeLabels } from './mergeLabels.ts';

describe('mergeLabels', () => {
  const given = { findings: ['Mass'], labels: { a: { Mass: 1 as const } } };

  it('adds what is new, and overwrites nothing', () => {
    expect(mergeLabels(given, new Map([['a', { Mass: 0, Edema: 1 }], ['b', { Mass: 0 }]]))).toEqual({
      findings: ['Mass', 'Edema'],
      labels: { a: { Mass: 1, Edema: 1 }, b: { Mass: 0 } },
      taken: 2,
      contradicted: 1,
    });
    expect(mergeLabels(given, new Map())).toEqual({ ...given, taken: 0, contradicted: 0 });
  });

  it('says when there are more findings than keys', () => {
    const many = Object.fromEntries('abcdefghi'.split('').map((name) => [name, 1 as const]));
    expect(() => mergeLabels(given, new Map([['a', many]]))).toThrow('Cannot take these labels as at most 9 findings have a key: with a, b, c, d, e, f, g, h, i they are 10');
  });
});

import { zeros } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { assertShape } from './assertShape.ts';

describe('assertShape', () => {
  it('returns the sizes of the letters', () => {
    expect(assertShape('compare', { query: [zeros([2, 3]), ['N', 'D']], queue: [zeros([5, 3]), ['K', 'D']] })).toEqual({ N: 2, D: 3, K: 5 });
  });

  it.each([
    ['a size', [2, 4], ['N', 3], '[TypeError: Cannot compare as query must have shape [N=2, 3]: current shape is [2, 4]]'],
    ['a rank', [2], ['N', 3], '[TypeError: Cannot compare as query must have shape [N, 3]: current shape is [2]]'],
  ] as const)('names the argument whose %s does not fit', (_what, shape, dimensions, message) => {
    expect(() => assertShape('compare', { query: [zeros([...shape]), dimensions] })).toThrow(message.slice('[TypeError: '.length, -1));
  });

  it('holds a letter to its first appearance', () => {
    expect(() => assertShape('compare', { query: [zeros([2, 3]), ['N', 'D']], key: [zeros([2, 4]), ['N', 'D']] })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compare as key must have shape [N=2, D=3]: current shape is [2, 4]]`);
  });
});

import { describe, expect, it } from 'vitest';
import { isInputError, requireTensors } from './index.ts';

const shapes = (table: Record<string, number[]>) => new Map(Object.entries(table).map(([name, shape]) => [name, { shape }]));
const wanted = shapes({ weight: [3, 2], bias: [2], step: [] });
const refusal = (found: Record<string, number[]>, hint?: string): unknown => {
  try {
    return requireTensors('open it', shapes(found), wanted, hint);
  } catch (error) {
    return isInputError(error) && (error as Error).message;
  }
};

describe('requireTensors', () => {
  it('lets pass what has all that is wanted, and more', () => {
    expect(refusal({ other: [1], step: [], bias: [2], weight: [3, 2] })).toBeUndefined();
  });

  it('names the first that is missing or has another shape', () => {
    expect(refusal({ bias: [2], step: [] })).toBe('Cannot open it as weight must have shape [3, 2]: it is missing');
    expect(refusal({ weight: [3, 2], bias: [2, 1], step: [] })).toBe('Cannot open it as bias must have shape [2]: current shape is [2, 1]');
    expect(refusal({ weight: [3, 2], bias: [2], step: [1] }, 'is it of another network?')).toBe('Cannot open it as step must have shape []: current shape is [1]; is it of another network?');
  });
});

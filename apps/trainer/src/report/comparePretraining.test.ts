import { describe, expect, it } from 'vitest';
import { differingSettings, featureSimilarity } from './comparePretraining.ts';

describe('differingSettings', () => {
  it('names what differs and what one run lacks, and neither folders nor what is alike', () => {
    const card = (hash: string): Record<string, unknown> => ({ startedAt: hash, data: { hash, images: 10 } });
    const runs = [
      { config: { ifa: 'none', out: 'a', seed: 1, imageSize: 64 }, card: card('0123456789abcdef0123') },
      { config: { ifa: 'none', out: 'b', seed: 2, imageSize: 64, monitorEvery: 5 }, card: card('abcdef0123456789abcd') },
    ];
    expect(differingSettings(runs)).toEqual([
      ['--seed', '1', '2'],
      ['data.hash', '0123456789abcdef', 'abcdef0123456789'],
      ['--monitor-every', 'not there', '5'],
    ]);
  });
});

describe('featureSimilarity', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const values = new Map(names.map((name, i) => [name, [Math.sin(3 * i), Math.cos(5 * i)] as const]));
  const sample = (run: string, order: readonly string[], map: (x: number, y: number) => number[]) => {
    const data = order.flatMap((name) => map(...(values.get(name) ?? [9, 9])));
    return { run, images: order.map((name, index) => ({ name, index })), features: { data: Float32Array.from(data), count: order.length, dimension: data.length / order.length } };
  };

  it('is 1 of a rotated and scaled encoder, in another order and beside images of its own', () => {
    const [c, s] = [Math.cos(0.4), Math.sin(0.4)];
    const found = featureSimilarity([sample('one', [...names, 'own'], (x, y) => [x, y]), sample('two', ['else', ...[...names].reverse()], (x, y) => [3 * (c * x - s * y), 3 * (s * x + c * y), 0])]);
    expect(found).toMatchObject({ names: ['one', 'two'], images: 6 });
    expect(found?.values[0]?.[1]).toBeCloseTo(1, 5);
    expect(found?.values[1]?.[0]).toBe(found?.values[0]?.[1]);
    expect([found?.values[0]?.[0], found?.values[1]?.[1]]).toEqual([1, 1]);
  });

  it('is not there of fewer than four shared images, or of one run', () => {
    const one = sample('one', names, (x, y) => [x, y]);
    expect(featureSimilarity([one, sample('two', ['a', 'b', 'c', 'x', 'y'], (x, y) => [x, y])])).toBeUndefined();
    expect(featureSimilarity([one])).toBeUndefined();
  });
});

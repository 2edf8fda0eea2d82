import { counterNormal, expectClose, expectNoLeak } from '@cxr-ifa/testing';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { goldenProblem } from '../../test/goldenProblem.ts';
import { knnClassify, nearestNeighbours, type Features } from './index.ts';

const golden = (JSON.parse(readFileSync(new URL('../../golden/heads.json', import.meta.url), 'utf8')) as { neighbours: { indices: number[][]; similarities: number[][]; votes: number[] } }).neighbours;
const { features: bank, margin } = goldenProblem(200);
const queries = goldenProblem(210, 5).features;
const labels = margin.map((m) => (m > 0 ? 1 : 0));
const plane = (...points: [number, number][]): Features => ({ data: Float32Array.from(points.flat()), count: points.length, dimension: 2 });
const random = (stream: number, count: number, dimension: number): Features => ({ data: Float32Array.from(counterNormal(stream, count * dimension)), count, dimension });

describe('nearestNeighbours', () => {
  it('finds what scikit-learn finds', async () => {
    const { k, indices, similarities } = await nearestNeighbours(queries, bank, 7);
    expect(k).toBe(7);
    expect([...indices]).toEqual(golden.indices.flat());
    await expectClose(similarities, golden.similarities, { relative: 1e-6 });
  });

  it('has the cosines of plane geometry, and 0 for a vector without direction', async () => {
    const { indices, similarities } = await nearestNeighbours(plane([3, 0], [0, 0]), plane([-1, 0], [2, 2], [5, 0]), 3);
    expect([...indices.subarray(0, 3)]).toEqual([2, 1, 0]);
    await expectClose(similarities, [1, Math.SQRT1_2, -1, 0, 0, 0]);
  });

  it('does not depend on the length of any vector', async () => {
    const longer = { ...bank, data: bank.data.map((x, i) => x * 2 ** ((Math.floor(i / 6) % 9) * 4 - 16)) };
    const [a, b] = [await nearestNeighbours(queries, longer, 7), await nearestNeighbours(queries, bank, 7)];
    expect(a.indices).toEqual(b.indices);
    await expectClose(a.similarities, b.similarities);
  });

  it('finds the same in a bank of several blocks as in its parts', async () => {
    const large = random(31, 40_000, 2);
    const few = random(32, 3, 2);
    const { indices, similarities } = await nearestNeighbours(few, large, 50);
    for (let query = 0; query < 3; query++) {
      const [x, y] = [few.data[2 * query] as number, few.data[2 * query + 1] as number];
      const cosines = Array.from({ length: 40_000 }, (_, i) => {
        const [u, v] = [large.data[2 * i] as number, large.data[2 * i + 1] as number];
        return (x * u + y * v) / Math.hypot(x, y) / Math.hypot(u, v);
      });
      const sorted = [...cosines].sort((a, b) => b - a).slice(0, 50);
      await expectClose(similarities.subarray(50 * query, 50 * query + 50), sorted, { relative: 1e-6 });
      await expectClose(Array.from(indices.subarray(50 * query, 50 * query + 50), (index) => cosines[index] as number), sorted, { relative: 1e-6 });
      expect(new Set(indices.subarray(50 * query, 50 * query + 50)).size).toBe(50);
    }
  });

  it('keeps no tensor', async () => {
    await expectNoLeak(async () => void (await nearestNeighbours(queries, bank, 7)));
    await expect(nearestNeighbours(queries, bank, 91)).rejects.toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot find neighbours as k must be an integer from 1 to the bank's 90 images: current value is 91]`);
    await expect(nearestNeighbours(plane([1, 2]), bank, 1)).rejects.toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot find neighbours as features must have 6 dimensions: current dimension is 2]`);
  });
});

describe('knnClassify', () => {
  it('votes as the formula says, on the neighbours of scikit-learn', async () => {
    const predictions = await knnClassify(queries, bank, [{ name: 'finding', labels }], { k: 7 });
    await expectClose(predictions.get('finding') as Float64Array, golden.votes, { relative: 1e-5 });
  });

  it('approaches the share of positives at high temperature and the nearest label at low, without overflow', async () => {
    const finding = [{ name: 'finding', labels }];
    const share = labels.reduce((a, b) => a + b) / 90;
    await expectClose((await knnClassify(queries, bank, finding, { temperature: 1e9 })).get('finding') as Float64Array, new Float64Array(5).fill(share)); // k: all 90
    const nearest = golden.indices.map(([index]) => labels[index as number] as number);
    await expectClose((await knnClassify(queries, bank, finding, { temperature: 1e-6 })).get('finding') as Float64Array, nearest);
  });

  it('lets an image vote on what it knows only, and takes the next one instead', async () => {
    const known = labels.map((_, image) => (golden.indices[0]?.slice(0, 5).includes(image) ? 0 : 1));
    const predictions = await knnClassify(queries, bank, [{ name: 'all', labels }, { name: 'some', labels: labels.map((label, i) => (known[i] ? label : NaN)), known }], { k: 2 });
    const votes = [5, 6].map((rank) => ({ weight: Math.exp((golden.similarities[0]?.[rank] as number) / 0.1), label: labels[golden.indices[0]?.[rank] as number] as number }));
    const expected = votes.reduce((sum, { weight, label }) => sum + weight * label, 0) / votes.reduce((sum, { weight }) => sum + weight, 0);
    await expectClose((predictions.get('some') as Float64Array)[0] as number, expected, { relative: 1e-5 });
    expect([...predictions.keys()]).toEqual(['all', 'some']);
  });

  it('predicts null for a finding of one class', async () => {
    const predictions = await knnClassify(queries, bank, [{ name: 'absent', labels: labels.map(() => 0) }, { name: 'unknown', labels, known: labels.map(() => 0) }]);
    expect([...predictions]).toEqual([['absent', null], ['unknown', null]]);
  });

  it('keeps no tensor, and refuses impossible settings', async () => {
    const finding = [{ name: 'finding', labels }];
    await expectNoLeak(async () => void (await knnClassify(queries, bank, finding)));
    await expect(knnClassify(queries, bank, finding, { k: 0 })).rejects.toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot classify by neighbours as k must be a positive integer: current value is 0]`);
    await expect(knnClassify(queries, bank, finding, { temperature: 0 })).rejects.toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot classify by neighbours as temperature must be positive and finite: current value is 0]`);
    await expect(knnClassify(queries, bank, [{ name: 'finding', labels: [1] }])).rejects.toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot classify by neighbours as labels of finding must have one value for each of 90 images: current length is 1]`);
  });
});

import { counterNormal, expectClose, expectNoLeak } from '@cxr-ifa/testing';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { goldenProblem } from '../../test/goldenProblem.ts';
import { featureDistances, featureDistributionTensors, fitFeatureDistribution, outOfDistribution, parseFeatureDistribution, type DistributionTensor, type FeatureDistribution, type Features } from './index.ts';

const golden = JSON.parse(readFileSync(new URL('../../golden/featureDistribution.json', import.meta.url), 'utf8')) as { shrinkage: number; distances: number[]; few: { shrinkage: number; distances: number[] } };
const { features } = goldenProblem(200);
const others = goldenProblem(210, 5).features;
const take = ({ data, dimension }: Features, rows: readonly number[]): Features => ({ data: Float32Array.from(rows.flatMap((row) => [...data.subarray(row * dimension, (row + 1) * dimension)])), count: rows.length, dimension });
const normal = (stream: number, count: number, dimension: number, shift = 0): Features => ({ data: Float32Array.from(counterNormal(stream, count * dimension), (x) => x + shift), count, dimension });

describe('fitFeatureDistribution', () => {
  it("has scikit-learn's Ledoit-Wolf shrinkage and Mahalanobis distances, with fewer images than dimensions too", async () => {
    const distribution = await fitFeatureDistribution(features);
    await expectClose(distribution.shrinkage, golden.shrinkage, { relative: 1e-4 });
    await expectClose(await featureDistances(distribution, others), golden.distances, { relative: 1e-4 });
    const few = await fitFeatureDistribution(normal(300, 8, 12));
    await expectClose(few.shrinkage, golden.few.shrinkage, { relative: 1e-4 });
    await expectClose(await featureDistances(few, normal(301, 4, 12)), golden.few.distances, { relative: 1e-4 });
  });

  it('has its closed form in two dimensions', async () => {
    const square: Features = { data: Float32Array.of(1, 1, -1, 1, 1, -1, -1, -1), count: 4, dimension: 2 }; // mean 0, covariance I
    const distribution = await fitFeatureDistribution(square);
    await expectClose(await featureDistances(distribution, { data: Float32Array.of(3, 4, 0, 0), count: 2, dimension: 2 }), [5, 0]);
  });

  it('compares with distances that each image would have if it had not been fitted on', async () => {
    const sample = normal(310, 60, 10);
    const { quantiles, shrinkage } = await fitFeatureDistribution(sample);
    const left = await Promise.all(
      Array.from({ length: 60 }, async (_, out) => {
        const rest = await fitFeatureDistribution(take(sample, Array.from({ length: 60 }, (_, row) => row).filter((row) => row !== out)));
        return (await featureDistances(rest, take(sample, [out])))[0] as number;
      }),
    );
    expect(shrinkage).toBeGreaterThan(0);
    const ascending = Float64Array.from(left).sort();
    // Refitting draws another shrinkage and another standardisation, which the closed form keeps
    for (const [probability, expected] of [[0, ascending[0]], [0.5, ((ascending[29] as number) + (ascending[30] as number)) / 2], [1, ascending[59]]] as const) {
      await expectClose(quantiles[Math.round(1000 * probability)] as number, expected as number, { relative: 0.03 });
    }
  });

  it('calls ordinary images ordinary, as often as it says, and strange ones strange', async () => {
    const distribution = await fitFeatureDistribution(normal(320, 150, 40));
    const score = async (of: Features): Promise<Float64Array> => outOfDistribution(distribution, await featureDistances(distribution, of));
    const ordinary = await score(normal(321, 2000, 40));
    for (const level of [0.5, 0.9]) expect(ordinary.filter((value) => value >= level).length / 2000).toBeCloseTo(1 - level, 1);
    expect(Math.min(...(await score(normal(322, 50, 40, 3))))).toBe(1);
  });

  it('does not depend on the scale and the offset of any dimension', async () => {
    const scaled = ({ data, ...rest }: Features): Features => ({ ...rest, data: data.map((x, i) => x * 2 ** ((i % 6) - 3) + (i % 6)) });
    const [plain, other] = [await fitFeatureDistribution(features), await fitFeatureDistribution(scaled(features))];
    await expectClose(await featureDistances(other, scaled(others)), await featureDistances(plain, others), { relative: 1e-3 });
  });

  it('keeps no tensor, and refuses what tells nothing', async () => {
    await expectNoLeak(async () => void (await fitFeatureDistribution(features)));
    await expect(fitFeatureDistribution(normal(1, 2, 3))).rejects.toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot fit a distribution of features as at least three images are needed: current count is 2]`);
    const distribution = await fitFeatureDistribution(features);
    await expectNoLeak(async () => void (await featureDistances(distribution, others)));
    await expect(featureDistances(distribution, normal(1, 2, 3))).rejects.toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compute distances of features as features must have 6 dimensions: current dimension is 3]`);
  });

  it('lives with images that are all the same', async () => {
    const constant = await fitFeatureDistribution({ data: new Float32Array(12).fill(2), count: 4, dimension: 3 });
    expect(outOfDistribution(constant, await featureDistances(constant, { data: Float32Array.of(2, 2, 2, 9, 9, 9), count: 2, dimension: 3 }))).toEqual(Float64Array.of(1, 1));
  });
});

describe('outOfDistribution', () => {
  it('is the share of quantiles below, linear between two of them', () => {
    const distribution: FeatureDistribution = { dimension: 1, mean: new Float32Array(1), whitening: new Float32Array(1), shrinkage: 0, quantiles: Float32Array.of(1, 2, 4) };
    expect([...outOfDistribution(distribution, [0, 1, 1.5, 2, 3, 4, 5])]).toEqual([0, 0, 0.25, 0.5, 0.75, 1, 1]);
  });

  it('goes through a file, and is refused where the file is damaged', async () => {
    const distribution = await fitFeatureDistribution(normal(320, 20, 3));
    const tensors = featureDistributionTensors(distribution);
    expect([...tensors].map(([name, { shape }]) => [name, shape])).toEqual([['mean', [3]], ['whitening', [3, 3]], ['shrinkage', [1]], ['quantiles', [1001]]]);
    expect(parseFeatureDistribution(tensors)).toEqual({ ...distribution, shrinkage: Math.fround(distribution.shrinkage) });
    expect(() => parseFeatureDistribution(new Map([...tensors].slice(1)))).toThrow('Cannot read a distribution of features as it must have a mean and quantiles');
    expect(() => parseFeatureDistribution(new Map([...tensors, ['whitening', { dtype: 'F32', shape: [3, 3], data: new Float32Array(9).fill(NaN) }]]))).toThrow('as whitening must hold 9 finite float32 numbers');
    const doubles = { dtype: 'F64', shape: [3], data: new Float64Array(3) };
    expect(() => parseFeatureDistribution(new Map<string, typeof doubles | DistributionTensor>([...tensors, ['mean', doubles]]))).toThrow('as mean must hold 3 finite float32 numbers');
  });
});

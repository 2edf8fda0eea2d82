import { expectClose } from '@cxr-ifa/testing';
import { describe, expect, it } from 'vitest';
import { goldenProblem } from '../../test/goldenProblem.ts';
import { knownLabels } from './findingLabels.ts';
import { fitStandardisation } from './fitStandardisation.ts';
import { logisticLoss } from './logisticLoss.ts';

const { features, margin } = goldenProblem(200);
const standardisation = fitStandardisation(features);
const labels = margin.map((m) => (m > 0 ? 1 : 0));
const known = knownLabels('test', { name: 'finding', labels }, features.count);

describe('logisticLoss', () => {
  it('is ln 2 without weights, and the residuals of one half are its gradient', async () => {
    const gradient = new Float64Array(7);
    await expectClose(logisticLoss(features, standardisation, known, 3)(new Float64Array(7), gradient), Math.LN2, { relative: 1e-15 });
    await expectClose(gradient[6] as number, 0.5 - known.positives / 90, { relative: 1e-14 });
  });

  it.each([1, 2, 3, 4, 5, 90])('has the gradient that finite differences give, of %i images', async (images) => {
    // 90 is no multiple of four, nor are most of the others: the block's remainder counts once
    const some = { ...known, images: known.images.subarray(0, images), labels: known.labels.subarray(0, images) };
    const loss = logisticLoss(features, standardisation, some, 0.7, [0.6, 3]);
    const point = Float64Array.of(0.3, -0.8, 0.1, 1.2, -0.4, 0.5, -0.2);
    const gradient = new Float64Array(7);
    loss(point, gradient);
    const numeric = point.map((_, i) => {
      const at = (shift: number): number => loss(point.map((x, j) => (i === j ? x + shift : x)), new Float64Array(7));
      return (at(1e-5) - at(-1e-5)) / 2e-5;
    });
    await expectClose(gradient, numeric, { relative: 1e-7, absolute: 1e-9 });
  });

  it('neither overflows nor loses its slope at logits of thousands', async () => {
    const gradient = new Float64Array(7);
    const value = logisticLoss(features, standardisation, known, 0)(Float64Array.of(0, 0, 0, 0, 0, 0, 5000), gradient);
    await expectClose(value, (5000 * known.negatives) / 90);
    await expectClose(gradient[6] as number, known.negatives / 90);
  });

  it('sees the same problem when features are rescaled and moved', async () => {
    const moved = { ...features, data: features.data.map((x) => 64 * x - 256) }; // exact in float32, but for the last bits of small numbers
    const point = Float64Array.of(0.3, -0.8, 0.1, 1.2, -0.4, 0.5, -0.2);
    const [gradient, other] = [new Float64Array(7), new Float64Array(7)];
    await expectClose(logisticLoss(moved, fitStandardisation(moved), known, 1)(point, other), logisticLoss(features, standardisation, known, 1)(point, gradient), { relative: 1e-6 });
    await expectClose(other, gradient, { absolute: 1e-6 });
  });
});

describe('fitStandardisation', () => {
  it('takes the mean and the biased deviation, and leaves constant dimensions alone', async () => {
    const { mean, deviation } = fitStandardisation({ data: Float32Array.of(1, 7, 1e6, 3, 7, 1e6 + 0.0625, 5, 7, 1e6), count: 3, dimension: 3 });
    await expectClose(mean.subarray(0, 2), [3, 7]);
    await expectClose(deviation, [Math.sqrt(8 / 3), 1, 1]); // a million can vary by one sixteenth through rounding alone
    expect(mean[2]).toBeCloseTo(1e6, 1);
  });
});

import { ifaPresets } from '@cxr-ifa/losses';
import { MomentumContrast } from '@cxr-ifa/moco';
import { sgd } from '@cxr-ifa/optim';
import { createResnet } from '@cxr-ifa/resnet';
import { createRng } from '@cxr-ifa/tensor';
import { tensor4d } from '@tensorflow/tfjs-core';

const [WIDTH, SIZE, BATCH, STEPS] = [16, 64, 16, 3];

/** What is measured, in words. */
export const MEASURED_TRAINING = `ResNet-18 of width ${WIDTH}, ${SIZE} px, batch ${BATCH}`;

/** How many images a second the current backend trains on with the method: the best of three steps, after one to warm up. */
export async function measureTraining(now: () => number): Promise<number> {
  const rng = createRng(5);
  const momentumContrast = new MomentumContrast({ encoder: createResnet({ architecture: 'resnet18', width: WIDTH }), optimizer: sgd(), rng, ifa: ifaPresets.released, queueSize: 8 * BATCH });
  const view = () => tensor4d(Float32Array.from({ length: BATCH * SIZE * SIZE }, () => rng.normal()), [BATCH, SIZE, SIZE, 1]);
  const [query, key] = [view(), view()];
  let best = Infinity;
  try {
    for (let step = 0; step <= STEPS; step++) {
      const start = now();
      await momentumContrast.trainStep({ query, key }, { learningRate: 0.001 });
      if (step > 0) best = Math.min(best, now() - start);
    }
    return (1000 * BATCH) / best;
  } finally {
    query.dispose();
    key.dispose();
    momentumContrast.dispose();
  }
}

import { ifaPresets } from '@cxr-ifa/losses';
import { MomentumContrast } from '@cxr-ifa/moco';
import { sgd } from '@cxr-ifa/optim';
import { createResnet } from '@cxr-ifa/resnet';
import { createRng } from '@cxr-ifa/tensor';
import { tensor4d } from '@tensorflow/tfjs-core';

const [BATCH, SIZE] = [8, 32];

/**
 * Takes one training step of the method with a tiny encoder on the current backend: everything that training computes, on numbers that are the same everywhere.
 *
 * @returns The loss, and how every parameter of the query encoder changed.
 */
export async function trainOneStep(): Promise<{ loss: number; changes: Float64Array }> {
  const rng = createRng(7);
  const momentumContrast = new MomentumContrast({ encoder: createResnet({ architecture: 'resnet18', width: 4 }), optimizer: sgd(), rng, ifa: ifaPresets.released, queueSize: 4 * BATCH });
  const images = (label: string) => {
    const own = rng.fork(label);
    return tensor4d(Float32Array.from({ length: BATCH * SIZE * SIZE }, () => own.normal()), [BATCH, SIZE, SIZE, 1]);
  };
  const [query, key] = [images('query'), images('key')];
  try {
    const before = await valuesOf(momentumContrast);
    const { loss } = await momentumContrast.trainStep({ query, key }, { learningRate: 0.03 });
    const after = await valuesOf(momentumContrast);
    return { loss, changes: after.map((value, index) => value - (before[index] as number)) };
  } finally {
    query.dispose();
    key.dispose();
    momentumContrast.dispose();
  }
}

async function valuesOf({ query }: MomentumContrast): Promise<Float64Array> {
  const values: number[] = [];
  for (const parameter of query.parameters.values()) values.push(...(await parameter.data()));
  return Float64Array.from(values);
}

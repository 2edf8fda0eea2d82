import { createRng, disposeTensors, type Encoder } from '@cxr-ifa/tensor';
import { expectClose, expectNoLeak, normalTensor } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { encodeKeys, type EncodedKeys } from './encodeKeys.ts';
import type { ProjectionHead } from './projectionHead.ts';

/** Gives its images back as maps, and remembers the order in which it was given them: what comes out shows at once whose it is. */
function createMirror(): { encoder: Encoder; seen: () => Promise<Float32Array[]>; forget: () => void } {
  const given: tf.Tensor[] = [];
  const encoder: Encoder = {
    stages: [{ name: 'fine', channels: 2, stride: 1 }, { name: 'coarse', channels: 2, stride: 2 }],
    featureSize: 2,
    inputChannels: 1,
    initialise: () => ({ parameters: new Map(), statistics: new Map() }),
    encode: (_parameters, _statistics, images) => {
      given.push(tf.keep(images.clone()));
      const fine = tf.concat([images, tf.square(images)], -1) as tf.Tensor4D; // [N, H, W, 2]
      return { stages: { fine, coarse: tf.avgPool(fine, 2, 2, 'valid') }, features: tf.mean(fine, [1, 2]), batchStatistics: new Map() };
    },
  };
  return { encoder, seen: () => Promise.all(given.map(async (tensor) => (await tensor.data()) as Float32Array)), forget: () => given.splice(0).forEach((tensor) => tensor.dispose()) };
}
const head = { dimension: 2, project: (_parameters: unknown, features: tf.Tensor2D) => features.clone() } as unknown as ProjectionHead;
const branch = { encoder: new Map(), head: new Map(), statistics: new Map() };
const terms = [{ stage: 'fine' }, { stage: 'coarse' }];
const free = ({ embeddings, stages, masks }: EncodedKeys): void => disposeTensors([embeddings], stages, masks);

describe('encodeKeys', () => {
  it.each([1, 2])('encodes the batch in the permuted order, in %i parts, and gives embeddings and maps back in its own, whatever the permutation', async (microBatches) => {
    const images = normalTensor(1, [6, 4, 4, 1]) as tf.Tensor4D;
    const rows = tf.unstack(images);
    const { encoder, seen, forget } = createMirror();
    const straight = tf.tidy(() => encoder.encode(new Map(), new Map(), images, { training: true }) as unknown as tf.TensorContainer) as unknown as ReturnType<Encoder['encode']>;
    const own = { fine: await straight.stages['fine']!.data(), coarse: await straight.stages['coarse']!.data(), features: straight.features };
    forget();
    for (let draw = 0; draw < 20; draw++) {
      const permutation = createRng(draw).permutation(6);
      const keys = encodeKeys({ encoder, head }, branch, images, { permutation, groups: 2, microBatches, terms });
      const order = (await seen()).flatMap((part) => [...part]);
      expect(order).toEqual((await Promise.all([...permutation].map(async (image) => [...(await rows[image]!.data())]))).flat());
      expect(await keys.stages['fine']!.data()).toEqual(own.fine);
      expect(await keys.stages['coarse']!.data()).toEqual(own.coarse);
      await expectClose(keys.embeddings, tf.div(own.features, tf.norm(own.features, 'euclidean', 1, true)), { absolute: 1e-6 });
      free(keys);
      forget();
    }
  });

  it('leaves nothing behind but its result', async () => {
    const { encoder, forget } = createMirror();
    const images = normalTensor(1, [4, 4, 4, 1]) as tf.Tensor4D;
    await expectNoLeak(() => {
      free(encodeKeys({ encoder, head }, branch, images, { permutation: Int32Array.of(3, 1, 0, 2), groups: 2, microBatches: 2, terms }));
      forget();
    });
  });
});

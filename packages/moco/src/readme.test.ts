import { disposeTensors } from '@cxr-ifa/tensor';
import { runReadme } from '@cxr-ifa/testing';
import { randomNormal, type Rank, type Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import type { MomentumContrast } from './momentumContrast.ts';
import type { StepLog } from './stepLog.ts';

it('runs the README example', async () => {
  const { losses, tensors, state } = (await runReadme(new URL('..', import.meta.url))) as { losses: number[]; tensors: Map<string, Tensor>; state: { step: number } };
  expect(losses).toHaveLength(3);
  expect(losses.every((loss) => loss > 0 && Number.isFinite(loss))).toBe(true);
  expect(state.step).toBe(3);
  expect(tensors.has('encoder_q.layer4.1.conv2.weight')).toBe(true);
  disposeTensors(tensors);
});

it('runs the README example of other losses', async () => {
  const { trainers } = (await runReadme(new URL('..', import.meta.url), 1)) as { trainers: MomentumContrast[] };
  const images = randomNormal<Rank.R4>([4, 32, 32, 1], 0, 1, 'float32', 1);
  const logs: StepLog[] = [];
  for (const trainer of trainers) {
    logs.push(await trainer.trainStep({ query: images, key: images }, { learningRate: 0.03 }));
    trainer.dispose();
  }
  images.dispose();
  expect(logs).toMatchObject([{ 'mse.layer1': expect.any(Number), 'similarity.layer4': expect.any(Number) }, { 'barlow.layer4': expect.any(Number) }]);
});

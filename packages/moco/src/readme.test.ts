import { disposeTensors } from '@cxr-ifa/tensor';
import { runReadme } from '@cxr-ifa/testing';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';

it('runs the README example', async () => {
  const { losses, tensors, state } = (await runReadme(new URL('..', import.meta.url))) as { losses: number[]; tensors: Map<string, Tensor>; state: { step: number } };
  expect(losses).toHaveLength(3);
  expect(losses.every((loss) => loss > 0 && Number.isFinite(loss))).toBe(true);
  expect(state.step).toBe(3);
  expect(tensors.has('encoder_q.layer4.1.conv2.weight')).toBe(true);
  disposeTensors(tensors);
});

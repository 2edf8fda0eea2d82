import { runReadme } from '@cxr-ifa/testing';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';

it('runs the README example', async () => {
  const { features, stages } = (await runReadme(new URL('..', import.meta.url))) as { features: Tensor; stages: Record<string, Tensor> };
  expect(features.shape).toEqual([1, 256]);
  expect(stages['layer4']?.shape).toEqual([1, 2, 2, 256]);
});

import { disposeTensors, valueAndGradients, type Encoder } from '@cxr-ifa/tensor';
import { mean, memory, tidy, zeros, type Tensor4D } from '@tensorflow/tfjs-core';
import type { SelectedBackend } from '../backend/selectBackend.ts';
import { UsageError } from '../usageError.ts';
import { memoryLimit } from './describeMachine.ts';
import { noRandomness } from './noRandomness.ts';

/** All that 32-bit WebAssembly can address. */
const SIMD_LIMIT = 2 ** 32;
/** The most that a step holds at once, over the maps that its forward pass leaves for the backward pass: 1.45 measured on ResNet-18, 1.57 on ResNet-50. */
const BACKWARD_SHARE = 1.6;
/** The same over the bytes of the encoder's parameters, whatever the batch (heads, key encoder, momenta, gradients, new ones): 4.2 to 4.8 measured. */
const COPIES_OF_PARAMETERS = 4.8;

/** What a training step takes, in bytes. */
export interface StepMemory {
  readonly fixed: number;
  readonly perImage: number;
}

/**
 * Measures what a step takes, by what two and four images leave behind for the backward pass.
 *
 * @param encoder The encoder.
 * @param imageSize The side of the images.
 */
export function measureStepMemory(encoder: Encoder, imageSize: number): StepMemory {
  const { parameters, statistics } = encoder.initialise(noRandomness);
  const heldBy = (count: number): number => {
    const images = zeros([count, imageSize, imageSize, encoder.inputChannels]) as Tensor4D;
    let held = 0;
    const { loss, gradients } = valueAndGradients(() => {
      const before = memory().numBytes;
      const features = tidy(() => encoder.encode(parameters, statistics, images, { training: true }).features);
      held = memory().numBytes - before;
      return { loss: mean(features), auxiliary: {} };
    }, parameters);
    disposeTensors([images, loss], gradients);
    return held;
  };
  const perImage = (BACKWARD_SHARE * (heldBy(4) - heldBy(2))) / 2;
  const fixed = [...parameters.values()].reduce((bytes, { size }) => bytes + 4 * size * COPIES_OF_PARAMETERS, 0);
  disposeTensors(parameters, statistics);
  return { fixed, perImage };
}

/**
 * Refuses a batch for which the memory cannot suffice, and says which would.
 *
 * @throws {UsageError} If it cannot.
 */
export function requireMemory({ fixed, perImage }: StepMemory, batchSize: number, { name, adapter }: SelectedBackend): void {
  if (adapter && !adapter.software) return; // WebGPU does not say how much memory a GPU has
  const limit = name === 'simd' ? Math.min(SIMD_LIMIT, memoryLimit()) : memoryLimit();
  const needed = fixed + batchSize * perImage;
  if (needed <= limit) return;
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  const fitting = 2 * Math.floor((0.9 * limit - fixed) / perImage / 2);
  const advice = fitting >= 2 ? `choose --batch-size ${fitting} or less, or a smaller --image-size or --width` : 'choose a smaller --image-size, --width or --arch';
  throw new UsageError(`Cannot pretrain as a batch of ${batchSize} needs about ${gigabytes(needed)} of memory, and the backend ${name} has ${gigabytes(limit)} here: ${advice}`);
}

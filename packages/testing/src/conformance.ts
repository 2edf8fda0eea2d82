import { setBackend } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { describeConvolutionConformance } from './conformanceConvolution.ts';
import { describeCopyConformance } from './conformanceCopies.ts';
import { describeDepthwiseConformance } from './conformanceDepthwise.ts';
import { describeElementwiseConformance } from './conformanceElementwise.ts';
import { describeFusedConformance } from './conformanceFused.ts';
import { describeImageConformance } from './conformanceImages.ts';
import { describeMatmulConformance } from './conformanceMatmul.ts';
import { describePoolingConformance } from './conformancePooling.ts';
import { describeReductionConformance } from './conformanceReductions.ts';
import { describeStorageConformance } from './conformanceStorage.ts';

/** A backend for {@link describeBackendConformance}. */
export interface BackendUnderTest {
  /** The name under which tfjs knows it. */
  readonly name: string;
  /** Registers it. */
  readonly setup: () => Promise<unknown>;
  /** Lets it go. */
  readonly teardown?: () => Promise<unknown> | void;
  /** Whether what it holds can be read by awaiting only, as from a GPU. @default {false} */
  readonly asynchronous?: boolean;
  /** Names of tests that it is known to fail, where it is not ours to mend; they are skipped, and so told of. */
  readonly knownFailures?: readonly string[];
}

/**
 * Holds a backend against tfjs's CPU backend, kernel by kernel: shapes, strides, paddings, dtypes, broadcasts, empty tensors,
 * random shapes, gradients. Differences up to 2e-5 relative, and 2e-5 of the largest number of an output, pass as rounding;
 * the fused kernels' gradients may differ by 1e-4 and 5e-5.
 */
export function describeBackendConformance({ name, setup, teardown, asynchronous = false, knownFailures = [] }: BackendUnderTest): void {
  describe(`conformance of the backend ${name}`, () => {
    beforeAll(setup);
    beforeEach(({ task, skip }) => skip(knownFailures.includes(task.name)));
    afterAll(async () => {
      await setBackend('cpu');
      await teardown?.();
    });
    describeStorageConformance(name, { asynchronous });
    describeConvolutionConformance(name);
    describeDepthwiseConformance(name);
    describeMatmulConformance(name);
    describeElementwiseConformance(name);
    describeReductionConformance(name);
    describePoolingConformance(name);
    describeCopyConformance(name);
    describeImageConformance(name);
    describeFusedConformance(name);
  });
}

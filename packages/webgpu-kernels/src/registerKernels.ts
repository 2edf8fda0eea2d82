import { getKernel, registerKernel, unregisterKernel, type KernelConfig } from '@tensorflow/tfjs-core';
import type { KernelOverride } from './kernelOverride.ts';
import { batchNormOverrides } from './kernels/batchNorm.ts';
import { contrastOverrides } from './kernels/contrast.ts';
import { cosineOverrides } from './kernels/cosine.ts';
import { depthwiseOverrides } from './kernels/depthwise.ts';
import { gatherOverrides } from './kernels/gather.ts';
import { listOverrides } from './kernels/lists.ts';
import { matMulOverrides } from './kernels/matMul.ts';
import { poolingOverrides } from './kernels/pooling.ts';
import { reductionOverrides } from './kernels/reduction.ts';
import { resizeOverrides } from './kernels/resize.ts';
import { transformOverrides } from './kernels/transform.ts';
import { unaryOverrides } from './kernels/unary.ts';

const OVERRIDES: readonly KernelOverride[] = [
  ...batchNormOverrides,
  ...contrastOverrides,
  ...cosineOverrides,
  ...depthwiseOverrides,
  ...gatherOverrides,
  ...listOverrides,
  ...matMulOverrides,
  ...poolingOverrides,
  ...reductionOverrides,
  ...resizeOverrides,
  ...transformOverrides,
  ...unaryOverrides,
];
const ours = new WeakSet<object>();

/** Puts our kernels in the place of tfjs's, which goes on with what ours do not cover. Again, it changes nothing. */
export function registerKernels(backendName: string): void {
  for (const { kernelName, run } of OVERRIDES) {
    const stock = getKernel(kernelName, backendName);
    if (stock && ours.has(stock)) continue;
    if (stock) unregisterKernel(kernelName, backendName);
    const kernelFunc = ((call: Parameters<KernelConfig['kernelFunc']>[0]) => {
      const result = run(call as unknown as Parameters<typeof run>[0]) ?? stock?.kernelFunc(call);
      if (!result) throw new Error(`Cannot run ${kernelName} on the backend ${backendName} as it has no kernel for these inputs`);
      return result;
    }) as KernelConfig['kernelFunc'];
    const config: KernelConfig = { kernelName, backendName, kernelFunc };
    ours.add(config);
    registerKernel(config);
  }
}

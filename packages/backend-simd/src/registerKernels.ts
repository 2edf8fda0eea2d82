import { getKernel, getKernelsForBackend, registerKernel, type KernelFunc } from '@tensorflow/tfjs-core';
import type { KernelCall, KernelOverride } from './kernelOverride.ts';
import { batchNormOverrides } from './kernels/batchNorm.ts';
import { binaryOverrides } from './kernels/binary.ts';
import { castOverrides } from './kernels/cast.ts';
import { contrastOverrides } from './kernels/contrast.ts';
import { convolutionOverrides } from './kernels/convolution.ts';
import { copyOverrides } from './kernels/copy.ts';
import { depthwiseOverrides } from './kernels/depthwise.ts';
import { gatherOverrides } from './kernels/gather.ts';
import { listOverrides } from './kernels/lists.ts';
import { matmulOverrides } from './kernels/matmul.ts';
import { poolingOverrides } from './kernels/pooling.ts';
import { reduceOverrides } from './kernels/reduce.ts';
import { resizeOverrides } from './kernels/resize.ts';
import { softmaxOverrides } from './kernels/softmax.ts';
import { transformOverrides } from './kernels/transform.ts';
import { transposeOverrides } from './kernels/transpose.ts';
import { unaryOverrides } from './kernels/unary.ts';

const overrides: readonly KernelOverride[] = [
  ...convolutionOverrides,
  ...depthwiseOverrides,
  ...matmulOverrides,
  ...batchNormOverrides,
  ...poolingOverrides,
  ...unaryOverrides,
  ...binaryOverrides,
  ...reduceOverrides,
  ...softmaxOverrides,
  ...castOverrides,
  ...copyOverrides,
  ...gatherOverrides,
  ...transposeOverrides,
  ...resizeOverrides,
  ...transformOverrides,
  ...listOverrides,
  ...contrastOverrides,
];

/** Registers all kernels of the CPU backend under the given name, those in WebAssembly before them, and our fused ones. Once is enough for the life of the process. */
export function registerKernels(backendName: string): void {
  const own = new Map(overrides.map((override) => [override.kernelName, override]));
  for (const inherited of getKernelsForBackend('cpu')) {
    if (getKernel(inherited.kernelName, backendName)) continue;
    const override = own.get(inherited.kernelName);
    registerKernel({ ...inherited, backendName, kernelFunc: override ? firstOf(override, inherited.kernelFunc) : inherited.kernelFunc });
  }
  for (const override of overrides) {
    if (getKernel(override.kernelName, backendName)) continue;
    registerKernel({ kernelName: override.kernelName, backendName, kernelFunc: ((call: KernelCall) => override.run(call)) as unknown as KernelFunc });
  }
}

function firstOf(override: KernelOverride, inherited: KernelFunc): KernelFunc {
  return ((call: KernelCall) => override.run(call) ?? inherited(call as unknown as Parameters<KernelFunc>[0])) as unknown as KernelFunc;
}

import { getKernelsForBackend, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import { kernelCost } from './kernelCost.mjs';

/**
 * Wraps every kernel of a backend with a clock. Returns `take()`: since the last time, by kernel, the calls, the milliseconds, and the
 * milliseconds of the roofline, which is for each call the longer of its operations and its bytes at the given rates.
 */
export function profileKernels(backendName, { operationsASecond, bytesASecond }) {
  let sums = new Map();
  for (const kernel of getKernelsForBackend(backendName)) {
    unregisterKernel(kernel.kernelName, backendName);
    registerKernel({
      ...kernel,
      kernelFunc: (call) => {
        const start = performance.now();
        const result = kernel.kernelFunc(call);
        const elapsed = performance.now() - start;
        const { operations, bytes } = kernelCost(kernel.kernelName, call.inputs, call.attrs ?? {}, [result].flat());
        const sum = sums.get(kernel.kernelName) ?? { name: kernel.kernelName, calls: 0, milliseconds: 0, roofline: 0 };
        sums.set(kernel.kernelName, { ...sum, calls: sum.calls + 1, milliseconds: sum.milliseconds + elapsed, roofline: sum.roofline + 1000 * Math.max(operations / operationsASecond, bytes / bytesASecond) });
        return result;
      },
    });
  }
  return {
    take() {
      const taken = [...sums.values()].sort((a, b) => b.milliseconds - a.milliseconds);
      sums = new Map();
      return taken;
    },
  };
}

import { getKernelsForBackend, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';

/** Wraps every kernel of a backend with a clock. Returns `take()`, which gives milliseconds and calls by kernel since the last time. */
export function profileKernels(backendName) {
  let times = new Map();
  for (const kernel of getKernelsForBackend(backendName)) {
    unregisterKernel(kernel.kernelName, backendName);
    registerKernel({
      ...kernel,
      kernelFunc: (call) => {
        const start = performance.now();
        const result = kernel.kernelFunc(call);
        const [milliseconds, calls] = times.get(kernel.kernelName) ?? [0, 0];
        times.set(kernel.kernelName, [milliseconds + performance.now() - start, calls + 1]);
        return result;
      },
    });
  }
  return {
    take() {
      const taken = [...times].map(([name, [milliseconds, calls]]) => ({ name, milliseconds, calls })).sort((a, b) => b.milliseconds - a.milliseconds);
      times = new Map();
      return taken;
    },
  };
}

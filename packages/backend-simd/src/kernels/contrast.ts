import { util } from '@tensorflow/tfjs-core';
import { input, type KernelOverride } from '../kernelOverride.ts';

/** The two losses of the method: the cosine map of IFA, and InfoNCE against the key queue. */
export const contrastOverrides: readonly KernelOverride[] = [
  {
    kernelName: 'CosineMap',
    run(call) {
      const [a, b] = [input(call, 'a'), input(call, 'b')];
      const out = call.backend.createOutput(a.shape.slice(0, -1));
      call.backend.kernels.cosine_map(call.backend.address(a), call.backend.address(b), call.backend.address(out), util.sizeFromShape(out.shape), a.shape.at(-1) as number);
      return out;
    },
  },
  {
    kernelName: 'CosineMapGrad',
    run(call) {
      const [dy, a, b] = [input(call, 'dy'), input(call, 'a'), input(call, 'b')];
      const da = call.backend.createOutput(a.shape);
      const addresses = [dy, a, b, da].map((tensor) => call.backend.address(tensor));
      call.backend.kernels.cosine_map_gradient(...addresses, util.sizeFromShape(dy.shape), a.shape.at(-1) as number);
      return da;
    },
  },
  {
    kernelName: 'InfoNceQueue',
    run(call) {
      const { backend } = call;
      const [query, key, queue] = [input(call, 'query'), input(call, 'key'), input(call, 'queue')];
      const [n, d] = query.shape as [number, number];
      const k = queue.shape[0] as number;
      const outputs = Array.from({ length: 4 }, () => backend.createOutput([n])); // loss, log-sum-exp, largest and mean negative
      const addresses = [query, key, queue, ...outputs].map((tensor) => backend.address(tensor));
      const scratch = backend.scratch(backend.kernels.info_nce_scratch(n, d, k) >>> 0);
      backend.kernels.info_nce_queue(...addresses, scratch, n, d, k, call.attrs.temperature as number);
      return outputs;
    },
  },
];

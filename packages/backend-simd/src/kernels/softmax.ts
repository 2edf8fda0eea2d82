import { util } from '@tensorflow/tfjs-core';
import { areFloats, input, type KernelOverride } from '../kernelOverride.ts';

function softmax(kernelName: string, axisAttribute: string, inputName: string, logarithm: boolean): KernelOverride {
  return {
    kernelName,
    run(call) {
      const x = input(call, inputName);
      const axis = call.attrs[axisAttribute] as number;
      const length = x.shape.at(-1) ?? 1;
      const size = util.sizeFromShape(x.shape);
      if (!areFloats(x) || size === 0 || (axis !== -1 && axis !== x.shape.length - 1)) return undefined;
      const out = call.backend.createOutput(x.shape);
      call.backend.kernels.softmax(call.backend.address(x), call.backend.address(out), size / length, length, Number(logarithm));
      return out;
    },
  };
}

/** Softmax and its logarithm over the last dimension. */
export const softmaxOverrides: readonly KernelOverride[] = [softmax('Softmax', 'dim', 'logits', false), softmax('LogSoftmax', 'axis', 'logits', true)];

import type { DataType } from '@tensorflow/tfjs-core';
import { input, type KernelOverride } from '../kernelOverride.ts';

const NUMERIC: readonly string[] = ['float32', 'int32', 'bool'];

/**
 * Casts to a wider type. The inherited kernel lets the result share the numbers and remember their old type,
 * which is well for kernels that read them one by one, and not for those that take them for floats.
 */
export const castOverrides: readonly KernelOverride[] = [
  {
    kernelName: 'Cast',
    run(call) {
      const x = input(call, 'x');
      const dtype = call.attrs.dtype as DataType;
      if (NUMERIC.indexOf(dtype) >= NUMERIC.indexOf(x.dtype) || !NUMERIC.includes(x.dtype) || !NUMERIC.includes(dtype)) return undefined;
      const out = call.backend.createOutput(x.shape, dtype);
      call.backend.valuesOf(out).set(call.backend.valuesOf(x));
      return out;
    },
  },
];

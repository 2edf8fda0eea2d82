import { broadcast_util, type TensorInfo } from '@tensorflow/tfjs-core';
import { filled, input, type KernelOverride } from '../kernelOverride.ts';
import { isEmpty } from '../runProgram.ts';

/** Products over an inner dimension of 0, which are 0; tfjs's shader leaves whatever the buffer held. */
export const matMulOverrides: readonly KernelOverride[] = [
  {
    kernelName: 'BatchMatMul',
    run(call) {
      const [a, b]: [TensorInfo, TensorInfo] = [input(call, 'a'), input(call, 'b')];
      const { transposeA, transposeB } = call.attrs as { transposeA: boolean; transposeB: boolean };
      if (!isEmpty(a) || !isEmpty(b)) return undefined;
      const batch = broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
      return filled(call.backend, [...batch, a.shape.at(transposeA ? -1 : -2) as number, b.shape.at(transposeB ? -2 : -1) as number], 0);
    },
  },
];

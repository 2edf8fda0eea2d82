import { backend_util, broadcast_util, util, type TensorInfo } from '@tensorflow/tfjs-core';
import { areFloats, input, type KernelOverride } from '../kernelOverride.ts';
import type { SimdBackend } from '../simdBackend.ts';
import { applyBinary } from './binary.ts';
import { applyActivation, knowsActivation } from './fusedActivation.ts';

/** Which matrix of an operand each product of the batch takes, under broadcasting of the batch dimensions. */
function batchIndices(operand: readonly number[], batch: readonly number[]): number[] {
  let indices = [0];
  let stride = 1;
  for (let back = 1; back <= batch.length; back++) {
    const size = batch[batch.length - back] as number;
    const own = operand[operand.length - back] ?? 1;
    const [previous, step] = [indices, own === 1 ? 0 : stride];
    indices = Array.from({ length: size * previous.length }, (_, n) => Math.floor(n / previous.length) * step + (previous[n % previous.length] as number));
    stride *= own;
  }
  return indices;
}

function multiply(backend: SimdBackend, a: TensorInfo, b: TensorInfo, bias: TensorInfo | undefined, transposeA: boolean, transposeB: boolean): TensorInfo {
  const [aBatch, bBatch] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const [m, k] = transposeA ? [a.shape.at(-1) as number, a.shape.at(-2) as number] : [a.shape.at(-2) as number, a.shape.at(-1) as number];
  const [n, bInner] = transposeB ? [b.shape.at(-2) as number, b.shape.at(-1) as number] : [b.shape.at(-1) as number, b.shape.at(-2) as number];
  util.assert(k === bInner, () => `Error in matMul: inner shapes (${k}) and (${bInner}) of Tensors with shapes ${a.shape} and ${b.shape} and transposeA=${transposeA} and transposeB=${transposeB} must match.`);
  const batch = broadcast_util.assertAndGetBroadcastShape(aBatch, bBatch);
  const out = backend.createOutput([...batch, m, n]);
  const products = util.sizeFromShape(batch);
  if (products * m * n === 0) return out;
  const matrices = util.sizeFromShape(bBatch);
  const { kernels } = backend;
  const packed = kernels.matmul_scratch(products, matrices, m, n, k, Number(transposeA), Number(transposeB)) >>> 0;
  const scratch = backend.scratch(packed + 2 * products);
  const indices = scratch + 4 * packed;
  backend.integersAt(indices, 2 * products).set([...batchIndices(aBatch, batch), ...batchIndices(bBatch, batch)]);
  const [aAddress, bAddress, biasAddress, outAddress] = [a, b, bias, out].map((tensor) => backend.address(tensor)) as [number, number, number, number];
  kernels.matmul(aAddress, bAddress, biasAddress, outAddress, scratch, products, indices, indices + 4 * products, matrices, m, n, k, Number(transposeA), Number(transposeB));
  return out;
}

/** Matrix products in all transposes, with broadcasting batch dimensions. */
export const matmulOverrides: readonly KernelOverride[] = [
  {
    kernelName: 'BatchMatMul',
    run(call) {
      const [a, b] = [input(call, 'a'), input(call, 'b')];
      return areFloats(a, b) ? multiply(call.backend, a, b, undefined, call.attrs.transposeA as boolean, call.attrs.transposeB as boolean) : undefined;
    },
  },
  {
    kernelName: '_FusedMatMul',
    run({ inputs, attrs, backend }) {
      const { a, b, bias } = inputs as { a: TensorInfo; b: TensorInfo; bias?: TensorInfo };
      const activation = attrs.activation as backend_util.Activation | undefined;
      if (!areFloats(a, b, bias) || !knowsActivation(activation)) return undefined;
      const columns = b.shape.at(attrs.transposeB ? -2 : -1);
      const inKernel = bias !== undefined && bias.shape.length === 1 && bias.shape[0] === columns;
      let out = multiply(backend, a, b, inKernel ? bias : undefined, attrs.transposeA as boolean, attrs.transposeB as boolean);
      if (bias && !inKernel) {
        const sum = applyBinary(backend, 'Add', out, bias);
        backend.disposeData(out.dataId);
        out = sum;
      }
      applyActivation(backend, out, activation, attrs.leakyreluAlpha as number | undefined);
      return out;
    },
  },
];

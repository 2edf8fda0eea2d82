import { util, type DataType, type NamedAttrMap, type NamedTensorInfoMap, type TensorInfo } from '@tensorflow/tfjs-core';
import type { TrainingBackend } from './trainingBackend.ts';

/** What a kernel is called with. */
export interface KernelCall {
  readonly inputs: NamedTensorInfoMap;
  readonly attrs: NamedAttrMap;
  readonly backend: TrainingBackend;
}

/** A kernel of ours in the place of tfjs's, or beside it: `run` returns `undefined` for what it does not cover, and tfjs's takes over. */
export interface KernelOverride {
  readonly kernelName: string;
  readonly run: (call: KernelCall) => TensorInfo | TensorInfo[] | undefined;
}

/** The named input; kernels are called with all that their table lists. */
export function input({ inputs }: KernelCall, name: string): TensorInfo {
  return inputs[name] as TensorInfo;
}

/** The inputs `name0`, `name1`, ... of a list kernel, in order. */
export function inputList({ inputs }: KernelCall, name: string): TensorInfo[] {
  const list: TensorInfo[] = [];
  for (let next = inputs[`${name}0`]; next; next = inputs[`${name}${list.length}`]) list.push(next);
  return list;
}

/** A tensor of one number throughout, made without the GPU: for what is empty, or the sum of nothing. */
export function filled(backend: TrainingBackend, shape: readonly number[], value: number, dtype: DataType = 'float32'): TensorInfo {
  const values = util.getTypedArrayFromDType(dtype as 'float32', util.sizeFromShape([...shape]));
  return backend.makeTensorInfo([...shape], dtype, values.fill(value));
}

/** Frees what a kernel made on its way. */
export function free(backend: TrainingBackend, ...tensors: readonly TensorInfo[]): void {
  for (const { dataId } of tensors) backend.disposeData(dataId);
}

/** How many rows a partial sum takes: then there are as many partial sums as rows in one, and neither chain is long. */
export function partLength(rows: number): number {
  return Math.max(16, Math.ceil(Math.sqrt(rows)));
}

import type { FusedKernels } from '@cxr-ifa/tensor';
import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelCall, KernelOverride } from '../kernelOverride.ts';
import type { SimdBackend } from '../simdBackend.ts';

/** Words of `list_entry` in native/lists.c: first task, size, decay, and seven addresses. */
const ENTRY_WORDS = 10;

interface ListEntry {
  readonly decay: number;
  readonly parameter: TensorInfo;
  readonly gradient: TensorInfo;
  readonly first?: TensorInfo;
  readonly second?: TensorInfo;
  readonly newParameter: TensorInfo;
  readonly newFirst?: TensorInfo;
  readonly newSecond?: TensorInfo;
}

/** The inputs `name0`, `name1`, ... of a list kernel, in order. */
function listOf(call: KernelCall, name: string): TensorInfo[] {
  const list: TensorInfo[] = [];
  for (let next = call.inputs[`${name}0`]; next; next = call.inputs[`${name}${list.length}`]) list.push(next);
  return list;
}

/** Runs a list kernel over the entries; `run` gets their address and the number of tasks they make. */
function runList(backend: SimdBackend, entries: readonly ListEntry[], run: (address: number, tasks: number) => void): void {
  const block = backend.kernels.list_block();
  const address = backend.scratch(entries.length * ENTRY_WORDS);
  const integers = backend.integersAt(address, entries.length * ENTRY_WORDS);
  const floats = backend.floatsAt(address, entries.length * ENTRY_WORDS);
  let tasks = 0;
  for (const [index, entry] of entries.entries()) {
    const size = util.sizeFromShape(entry.parameter.shape);
    const addresses = [entry.parameter, entry.gradient, entry.first, entry.second, entry.newParameter, entry.newFirst, entry.newSecond].map((tensor) => backend.address(tensor));
    integers.set([tasks, size, 0, ...addresses], index * ENTRY_WORDS);
    floats[index * ENTRY_WORDS + 2] = entry.decay;
    tasks += Math.ceil(size / block);
  }
  run(address, tasks);
}

/** Optimiser and momentum encoder over whole lists of tensors. */
export const listOverrides: readonly KernelOverride[] = [
  {
    kernelName: 'SgdMomentumList',
    run(call) {
      const { backend } = call;
      const { learningRate, momentum, weightDecay } = call.attrs as unknown as { learningRate: number; momentum: number; weightDecay: readonly number[] };
      const [gradients, velocities] = [listOf(call, 'gradients'), listOf(call, 'velocities')];
      const entries = listOf(call, 'parameters').map((parameter, index) => ({
        decay: weightDecay[index] as number,
        parameter,
        gradient: gradients[index] as TensorInfo,
        first: velocities[index] as TensorInfo,
        newParameter: backend.createOutput(parameter.shape),
        newFirst: backend.createOutput(parameter.shape),
      }));
      runList(backend, entries, (address, tasks) => backend.kernels.sgd_momentum_list(address, entries.length, tasks, learningRate, momentum));
      return [...entries.map((entry) => entry.newParameter), ...entries.map((entry) => entry.newFirst)];
    },
  },
  {
    kernelName: 'AdamList',
    run(call) {
      const { backend } = call;
      const { stepSize, beta1, beta2, epsilon, secondCorrection, decay } = call.attrs as unknown as FusedKernels['AdamList']['attributes'];
      const [gradients, firsts, seconds] = [listOf(call, 'gradients'), listOf(call, 'firstMoments'), listOf(call, 'secondMoments')];
      const entries = listOf(call, 'parameters').map((parameter, index) => ({
        decay: decay[index] as number,
        parameter,
        gradient: gradients[index] as TensorInfo,
        first: firsts[index] as TensorInfo,
        second: seconds[index] as TensorInfo,
        newParameter: backend.createOutput(parameter.shape),
        newFirst: backend.createOutput(parameter.shape),
        newSecond: backend.createOutput(parameter.shape),
      }));
      runList(backend, entries, (address, tasks) => backend.kernels.adam_list(address, entries.length, tasks, stepSize, beta1, 1 - beta1, beta2, 1 - beta2, epsilon, secondCorrection));
      return [...entries.map((entry) => entry.newParameter), ...entries.map((entry) => entry.newFirst), ...entries.map((entry) => entry.newSecond)];
    },
  },
  {
    kernelName: 'MomentumUpdateList',
    run(call) {
      const { backend } = call;
      const queries = listOf(call, 'queries');
      const entries = listOf(call, 'keys').map((key, index) => ({ decay: 0, parameter: key, gradient: queries[index] as TensorInfo, newParameter: backend.createOutput(key.shape) }));
      const momentum = call.attrs.momentum as number;
      runList(backend, entries, (address, tasks) => backend.kernels.momentum_update_list(address, entries.length, tasks, momentum, 1 - momentum));
      return entries.map((entry) => entry.newParameter);
    },
  },
];

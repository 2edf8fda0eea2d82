import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelCall, KernelOverride } from '../kernelOverride.ts';
import type { SimdBackend } from '../simdBackend.ts';

/** Words of `list_entry` in native/lists.c: first task, size, weight decay, and five addresses. */
const ENTRY_WORDS = 8;

interface ListEntry {
  readonly weightDecay: number;
  readonly parameter: TensorInfo;
  readonly gradient: TensorInfo;
  readonly velocity?: TensorInfo;
  readonly newParameter: TensorInfo;
  readonly newVelocity?: TensorInfo;
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
    const addresses = [entry.parameter, entry.gradient, entry.velocity, entry.newParameter, entry.newVelocity].map((tensor) => backend.address(tensor));
    integers.set([tasks, size, 0, ...addresses], index * ENTRY_WORDS);
    floats[index * ENTRY_WORDS + 2] = entry.weightDecay;
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
        weightDecay: weightDecay[index] as number,
        parameter,
        gradient: gradients[index] as TensorInfo,
        velocity: velocities[index] as TensorInfo,
        newParameter: backend.createOutput(parameter.shape),
        newVelocity: backend.createOutput(parameter.shape),
      }));
      runList(backend, entries, (address, tasks) => backend.kernels.sgd_momentum_list(address, entries.length, tasks, learningRate, momentum));
      return [...entries.map((entry) => entry.newParameter), ...entries.map((entry) => entry.newVelocity)];
    },
  },
  {
    kernelName: 'MomentumUpdateList',
    run(call) {
      const { backend } = call;
      const queries = listOf(call, 'queries');
      const entries = listOf(call, 'keys').map((key, index) => ({ weightDecay: 0, parameter: key, gradient: queries[index] as TensorInfo, newParameter: backend.createOutput(key.shape) }));
      runList(backend, entries, (address, tasks) => backend.kernels.momentum_update_list(address, entries.length, tasks, call.attrs.momentum as number));
      return entries.map((entry) => entry.newParameter);
    },
  },
];

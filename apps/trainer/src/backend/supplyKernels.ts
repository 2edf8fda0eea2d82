import { engine, getKernel, getKernelsForBackend, registerKernel, type DataType, type KernelBackend, type NamedTensorInfoMap, type TensorInfo } from '@tensorflow/tfjs-core';

/** The part of tfjs's CPU backend and of tfjs-node's that is used here: both read and write at once. */
interface SynchronousBackend extends KernelBackend {
  write(values: unknown, shape: number[], dtype: DataType): object;
}

/**
 * Registers every kernel that tfjs's CPU backend has and the given one has not (`Transform`, `RotateWithOffset`, ...): its inputs go to the CPU backend, its outputs come back.
 *
 * @param backendName A backend that can read at once.
 * @returns The names of the kernels that were supplied.
 */
export async function supplyKernels(backendName: string): Promise<string[]> {
  await import('@tensorflow/tfjs-backend-cpu');
  const missing = getKernelsForBackend('cpu').filter(({ kernelName }) => !getKernel(kernelName, backendName));
  for (const { kernelName, kernelFunc } of missing) {
    registerKernel({
      kernelName,
      backendName,
      kernelFunc({ inputs, attrs, backend }) {
        const cpu = engine().findBackend('cpu') as SynchronousBackend;
        const move = (from: SynchronousBackend, to: SynchronousBackend, { dataId, shape, dtype }: TensorInfo): TensorInfo => ({ dataId: to.write(from.readSync(dataId), shape, dtype), shape, dtype });
        const own = backend as SynchronousBackend;
        const moved = Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, move(own, cpu, tensor as TensorInfo)])) as NamedTensorInfoMap;
        const results = [kernelFunc({ inputs: moved, attrs: attrs ?? {}, backend: cpu })].flat();
        const outputs = results.map((result) => move(cpu, own, result));
        for (const { dataId } of new Set([...Object.values(moved), ...results] as TensorInfo[])) cpu.disposeData(dataId, true);
        return Array.isArray(outputs) && outputs.length === 1 ? (outputs[0] as TensorInfo) : outputs;
      },
    });
  }
  return missing.map(({ kernelName }) => kernelName);
}

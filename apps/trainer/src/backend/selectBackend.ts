import '@cxr-ifa/gradients';
import { InputError } from '@cxr-ifa/tensor';
import type { AdapterDescription } from '@cxr-ifa/webgpu-kernels';
import { enableProdMode, findBackend, getBackend, getKernel, ready, removeBackend, setBackend } from '@tensorflow/tfjs-core';
import { availableParallelism } from 'node:os';
import type { BackendName } from './backends.ts';
import { chooseBackend } from './chooseBackend.ts';
import { importOptional } from './importOptional.ts';
import { loadTensorflow } from './loadTensorflow.ts';
import { mayHaveGpu } from './mayHaveGpu.ts';
import { openGpu } from './openGpu.ts';

/** How a backend is to run. */
export interface BackendSettings {
  /** Threads of the simd backend, one a core by default; the others have none to set. */
  readonly threads?: number | undefined;
}

/** The backend that computes from now on. */
export interface SelectedBackend {
  readonly name: Exclude<BackendName, 'auto'>;
  /** Why it was chosen, and how it runs: for the screen and the run card. */
  readonly reason: string;
  /** Threads of the simd backend. */
  readonly threads?: number;
  /** What the webgpu backend computes on. */
  readonly adapter?: AdapterDescription;
}

/** Loads a backend's package, and returns the name that it registers with TensorFlow.js and what there is to say of it. */
type Loader = (settings: BackendSettings) => Promise<{ registered: string; threads?: number; notice?: string; adapter?: AdapterDescription }>;

const LOADERS: Readonly<Record<SelectedBackend['name'], Loader>> = {
  async simd({ threads = availableParallelism() }) {
    const { registerSimdBackend } = await import('@cxr-ifa/backend-simd');
    if (findBackend('simd')) removeBackend('simd'); // a job of several runs begins each with memory of its own
    return { registered: 'simd', ...(await registerSimdBackend({ threads })) };
  },
  async cpu() {
    await import('@tensorflow/tfjs-backend-cpu');
    return { registered: 'cpu' };
  },
  async wasm() {
    await importOptional('wasm', '@tensorflow/tfjs-backend-wasm');
    return { registered: 'wasm' };
  },
  node: async () => ({ registered: await loadTensorflow('node', '@tensorflow/tfjs-node') }),
  'node-gpu': async () => ({ registered: await loadTensorflow('node-gpu', '@tensorflow/tfjs-node-gpu') }),
  async webgpu() {
    const adapter = await openGpu();
    return { registered: 'webgpu', adapter, notice: `${adapter.name}${adapter.software ? ', which computes on the processor: right, and slow' : ''}` };
  },
};

/**
 * Loads the asked-for backend and makes it TensorFlow.js's. There is no fallback: a backend that is not there is an error.
 * `auto` is webgpu where there is a real GPU, and simd elsewhere: never a software adapter.
 *
 * @param choice The value of `--backend`.
 * @param settings How it is to run.
 * @returns Which one it is, and why.
 * @throws {InputError} If it is not installed or cannot start.
 */
export async function selectBackend(choice: BackendName, settings: BackendSettings = {}): Promise<SelectedBackend> {
  enableProdMode(); // leaves out checks of every operation, and the advice to install another backend
  const { name, why } = choice === 'auto' ? chooseBackend(mayHaveGpu() ? await openGpu({ look: true }).catch((error: Error) => error) : undefined) : { name: choice, why: 'as asked for' };
  const { registered, threads, notice, adapter } = await LOADERS[name](settings);
  if (!(await setBackend(registered).catch(() => false))) throw new InputError(`Cannot use the backend ${name} as it does not start on this machine: use --backend simd`);
  await ready();
  const reason = [why, threads && `${threads} thread${threads === 1 ? '' : 's'}`, notice].filter(Boolean).join(', ');
  return { name, reason, ...(threads !== undefined && { threads }), ...(adapter && { adapter }) };
}

/** Refuses a backend that only runs encoders and cannot differentiate convolutions. */
export function requireTrainingBackend({ name }: SelectedBackend): void {
  for (const kernel of ['Conv2DBackpropFilter', 'Conv2DBackpropInput']) {
    if (!getKernel(kernel, getBackend())) throw new InputError(`Cannot train on the backend ${name} as it has no kernel ${kernel}: use --backend simd`);
  }
}

import '@cxr-ifa/gradients';
import { InputError } from '@cxr-ifa/tensor';
import { enableProdMode, findBackend, getBackend, getKernel, ready, removeBackend, setBackend } from '@tensorflow/tfjs-core';
import { availableParallelism } from 'node:os';
import util from 'node:util';

/** What `--backend` may be. */
export const BACKENDS = ['auto', 'simd', 'cpu', 'wasm', 'node', 'node-gpu', 'webgpu'] as const;
export type BackendName = (typeof BACKENDS)[number];

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
}

/** Loads a backend's package, and returns the name that it registers with TensorFlow.js and what there is to say of it. */
type Loader = (settings: BackendSettings) => Promise<{ registered: string; threads?: number; notice?: string }>;

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
  node: () => loadTensorflow('node', '@tensorflow/tfjs-node'),
  'node-gpu': () => loadTensorflow('node-gpu', '@tensorflow/tfjs-node-gpu'),
  async webgpu() {
    throw new InputError('Cannot use the backend webgpu as this version has no kernels that train on it: use --backend simd');
  },
};

/**
 * Loads the asked-for backend and makes it TensorFlow.js's. There is no fallback: a backend that is not there is an error.
 *
 * @param choice The value of `--backend`.
 * @param settings How it is to run.
 * @returns Which one it is, and why.
 * @throws {InputError} If it is not installed or cannot start.
 */
export async function selectBackend(choice: BackendName, settings: BackendSettings = {}): Promise<SelectedBackend> {
  enableProdMode(); // leaves out checks of every operation, and the advice to install another backend
  const name = choice === 'auto' ? 'simd' : choice;
  const { registered, threads, notice } = await LOADERS[name](settings);
  if (!(await setBackend(registered).catch(() => false))) throw new InputError(`Cannot use the backend ${name} as it does not start on this machine: use --backend simd`);
  await ready();
  const reason = [choice === 'auto' ? 'the fastest that is built in' : 'as asked for', threads && `${threads} thread${threads === 1 ? '' : 's'}`, notice].filter(Boolean).join(', ');
  return { name, reason, ...(threads !== undefined && { threads }) };
}

/** Refuses a backend that only runs encoders and cannot differentiate convolutions. */
export function requireTrainingBackend({ name }: SelectedBackend): void {
  for (const kernel of ['Conv2DBackpropFilter', 'Conv2DBackpropInput']) {
    if (!getKernel(kernel, getBackend())) throw new InputError(`Cannot train on the backend ${name} as it has no kernel ${kernel}: use --backend simd`);
  }
}

async function loadTensorflow(name: BackendName, specifier: string): ReturnType<Loader> {
  // Node 23 took away what tfjs-node still calls
  (util as { isNullOrUndefined?: (value: unknown) => boolean }).isNullOrUndefined ??= (value) => value === null || value === undefined;
  await importOptional(name, specifier);
  return { registered: 'tensorflow' };
}

async function importOptional(name: BackendName, specifier: string): Promise<void> {
  try {
    await import(specifier);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_MODULE_NOT_FOUND' && message.includes(`'${specifier}'`)) throw new InputError(`Cannot use the backend ${name} as ${specifier} is not installed: run npm install ${specifier}`, { cause: error });
    throw new InputError(`Cannot use the backend ${name} as ${specifier} does not load: ${message.split('\n')[0]}`, { cause: error });
  }
}

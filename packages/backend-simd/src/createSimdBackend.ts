import type { WasmHost, WorkerStart } from './hostTypes.ts';
import type { KernelExports } from './kernelExports.ts';
import { loadModule } from './loadModule.ts';
import { SimdBackend } from './simdBackend.ts';
import { startWorkers } from './startWorkers.ts';

declare const WebAssembly: WasmHost | undefined;

const INITIAL_PAGES = 256;
const MOST_PAGES = 65536; // all of wasm32
const STACK_BYTES = 65536;
const SCRATCH_BYTES = 4 << 18; // THREAD_SCRATCH_FLOATS in native/parallel.h
const MOST_THREADS = 64;

/** How the backend is made. */
export interface SimdOptions {
  /** Threads that work on a kernel, the calling one included. More than the machine has cores makes it slower. @default {1} */
  readonly threads?: number;
}

/** A backend and what became of the wishes for it. */
export interface SimdBackendResult {
  readonly backend: SimdBackend;
  /** Threads in fact. */
  readonly threads: number;
  /** Whether products and sums are one instruction, rounded once, where the CPU has it: the numbers of two hosts may then differ in their last digit. */
  readonly relaxed: boolean;
  /** Why there are fewer threads than asked for, for the app to show; absent when there are as many. */
  readonly notice?: string;
}

/**
 * Makes the backend without registering it: compiles the WebAssembly module and starts the threads.
 *
 * @throws {RangeError} If `threads` is not an integer from 1 to 64.
 * @throws {Error} If the host has no WebAssembly with SIMD and shared memory.
 */
export async function createSimdBackend({ threads = 1 }: SimdOptions = {}): Promise<SimdBackendResult> {
  if (!(Number.isSafeInteger(threads) && threads >= 1 && threads <= MOST_THREADS)) {
    throw new RangeError(`Cannot create the backend simd as threads must be an integer from 1 to ${MOST_THREADS}: current value is ${threads}`);
  }
  if (typeof WebAssembly === 'undefined') throw new Error('Cannot create the backend simd as it needs WebAssembly: this host has none');
  const { module, relaxed } = await loadModule();
  const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: MOST_PAGES, shared: true });
  const { exports } = (await WebAssembly.instantiate(module, { env: { memory } })) as unknown as { exports: KernelExports };

  const mayShare = (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated !== false;
  const count = mayShare ? threads : 1;
  let stop = (): void => undefined;
  const backend = new SimdBackend(exports, memory, () => stop());
  const scratch = backend.allocateBlock(count * SCRATCH_BYTES);
  exports.initialise_threads(1, scratch, 0);
  if (count > 1) {
    const starts: WorkerStart[] = Array.from({ length: count - 1 }, (_, index) => ({ module, memory, thread: index + 1, stackTop: backend.allocateBlock(STACK_BYTES) + STACK_BYTES }));
    stop = await startWorkers(starts);
    const isWindow = typeof (globalThis as { document?: unknown }).document !== 'undefined'; // whose thread must not sleep
    exports.initialise_threads(count, scratch, Number(!isWindow));
  }
  const notice = count < threads ? `One thread instead of ${threads}: this page is not cross-origin isolated (COOP and COEP headers), so memory cannot be shared with workers` : undefined;
  return { backend, threads: count, relaxed, ...(notice !== undefined && { notice }) };
}

import type { Preprocessing } from '@cxr-ifa/checkpoint';
import { encoderSmallPreprocessing, encoderSmallUrl } from '@cxr-ifa/encoder-small';
import { computed, signal } from '@preact/signals';
import { wrap, type Remote } from 'comlink';
import { report } from '../app/notices.ts';
import { database, type StoredEncoder } from '../store/database.ts';
import type { Computation } from './computation.ts';
import type { EncoderCard } from './loadEncoder.ts';
import { BACKENDS, type BackendChoice, type OpenedBackend } from './backendChoice.ts';

const worker = new Worker(new URL('./compute.worker.ts', import.meta.url), { type: 'module' });

worker.addEventListener('error', ({ message }) => report(new Error(`Cannot compute as the computing worker failed: ${message || 'its script did not load'}; reload the page`)));

/** The worker that computes. */
export const computer: Remote<Computation> = wrap<Computation>(worker);

/** Ends the worker at once, with all that it holds. */
export function stopComputing(): void {
  worker.terminate();
}

/** What it computes on. */
export const backend = signal<OpenedBackend | undefined>(undefined);
/** The open encoder. */
export const encoderCard = signal<EncoderCard | undefined>(undefined);
/** How images are made ready for it. */
export const preprocessing = computed<Preprocessing>(() => encoderCard.value?.preprocessing ?? encoderSmallPreprocessing);

export const BUILT_IN = 'encoder-small (built in)';

const asked = new URLSearchParams(location.search).get('backend') ?? 'auto';

/** The backend that the address asks for, as ?backend=simd. */
export function chosenBackend(): BackendChoice {
  return BACKENDS.find((name) => name === asked) ?? 'auto';
}

/** The encoder that comes with the studio. */
export async function builtInEncoder(): Promise<StoredEncoder> {
  const response = await fetch(encoderSmallUrl);
  if (!response.ok) throw new Error(`Cannot load the built-in encoder: the server said ${response.status}`);
  return { name: BUILT_IN, bytes: new Uint8Array(await response.arrayBuffer()) };
}

async function start(): Promise<void> {
  if (chosenBackend() !== asked) throw new Error(`Cannot compute on ${asked} as a backend must be one of ${BACKENDS.join(', ')}: change ?backend= in the address`);
  const [opened, encoder] = await Promise.all([computer.openBackend(chosenBackend()), (await (await database()).get('session', 'encoder')) as StoredEncoder | undefined]);
  backend.value = opened;
  const { bytes, name } = encoder ?? (await builtInEncoder());
  encoderCard.value = await computer.openEncoder(bytes, name);
}

/** Once the backend and the encoder of the last session are there. */
export const started: Promise<void> = start();
/** Whether the start failed: nothing is embedded then, until an encoder is opened. */
export const startFailed = signal(false);
started.catch((error: unknown) => {
  startFailed.value = true;
  report(error);
});

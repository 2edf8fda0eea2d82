import { InputError } from '@cxr-ifa/tensor';
import type { LoadedEncoder } from '../compute/loadEncoder.ts';
import { keepRun, keepRunState, readRun } from '../store/runStore.ts';
import { planRun } from './planRun.ts';
import { Pretraining } from './pretraining.ts';
import type { LogRow, RunPlan, RunSummary, StoredRun } from './run.ts';
import { RANDOM_ENCODER, RANDOM_PREPROCESSING, type PretrainSettings } from './settings.ts';

/** What the run needs of the worker that it lives in. */
export interface PretrainHost {
  pixelsOf(id: string): Float32Array | undefined;
  encoder(): LoadedEncoder | undefined;
}

/** The one run of this browser: begun, trained and paused. */
export class PretrainService {
  readonly #host: PretrainHost;
  #paused: AbortController | undefined;

  constructor(host: PretrainHost) {
    this.#host = host;
  }

  /**
   * Begins a run on some images and keeps it in the browser; nothing is trained yet. A run before is replaced.
   *
   * @throws {InputError} If the images are too few or not all prepared, or a setting is out of its range.
   */
  async begin(settings: PretrainSettings, ids: readonly string[]): Promise<RunSummary> {
    const encoder = this.#host.encoder();
    if (!encoder) throw new InputError('Cannot pretrain as no encoder is open');
    const images = ids.flatMap((id) => this.#host.pixelsOf(id) ?? []);
    if (images.length < ids.length) throw new InputError(`Cannot pretrain as every image must be prepared for the open encoder: ${ids.length - images.length} of ${ids.length} are not yet; begin when they are embedded`);
    const size = encoder.card.preprocessing.imageSize ** 2;
    const own = settings.start === 'random' ? { table: RANDOM_ENCODER, preprocessing: { ...RANDOM_PREPROCESSING, ...preparationOf(encoder) } } : { table: encoder.card.table, preprocessing: encoder.card.preprocessing };
    const plan = planRun(settings, images.length, own);
    const pixels = new Float32Array(images.length * size);
    for (const [index, image] of images.entries()) pixels.set(image, index * size);
    const run: StoredRun = { plan, pixels, step: 0, rows: [] };
    const first = new Pretraining(run, settings.start === 'encoder' ? encoder.bytes : undefined);
    try {
      await keepRun({ ...run, ...(await first.state()) });
    } finally {
      first.dispose();
    }
    return { plan, step: 0, rows: [] };
  }

  /** Trains the kept run on, to its end or until it is paused. @returns Where it stands then. */
  async go(onStep: (row: LogRow) => void): Promise<RunSummary> {
    if (this.#paused) throw new InputError('Cannot go on as the run is being trained already');
    const paused = new AbortController(); // before anything is waited for: a pause may come at once
    this.#paused = paused;
    let run: Pretraining | undefined;
    try {
      const stored = await readRun();
      if (!stored) throw new InputError('Cannot go on as there is no run: begin one');
      run = new Pretraining(stored);
      await run.go(paused.signal, { step: onStep, save: keepRunState });
      return { plan: stored.plan, step: run.step, rows: run.rows };
    } finally {
      run?.dispose();
      this.#paused = undefined;
    }
  }

  /** Asks the run to stop after its step; `go` then returns. */
  pause(): void {
    this.#paused?.abort();
  }
}

/** A new encoder takes the images as they were prepared for the open one. */
function preparationOf({ card: { preprocessing } }: LoadedEncoder): Pick<RunPlan['preprocessing'], 'imageSize' | 'clipPercentile' | 'aspect'> {
  const { imageSize, clipPercentile, aspect } = preprocessing;
  return { imageSize, clipPercentile, aspect };
}

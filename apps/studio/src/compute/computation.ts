import type { Preprocessing } from '@cxr-ifa/checkpoint';
import { extractFeatures, nearestNeighbours, type FeatureDistribution, type LinearProbe } from '@cxr-ifa/heads/classification';
import { createRng, disposeTensors, InputError } from '@cxr-ifa/tensor';
import { proxy } from 'comlink';
import { samePreparation } from '../decode/preprocessing.ts';
import { crossValidate, type CrossValidated } from './crossValidate.ts';
import { explain, explainedStage, type Explanation } from './explain.ts';
import { FeatureTable } from './featureTable.ts';
import { fitProbe, type ProbePredictions } from './fitProbe.ts';
import { imageBatch } from './imageBatch.ts';
import type { Labelled } from './labelled.ts';
import { loadEncoder, type EncoderCard, type LoadedEncoder } from './loadEncoder.ts';
import type { BackendChoice, OpenedBackend } from './backendChoice.ts';
import { openBackend } from './openBackend.ts';
import { PretrainService } from '../pretrain/pretrainService.ts';

/** An image that another one was found by. */
export interface SimilarImage {
  readonly id: string;
  /** Cosine of the two feature vectors. */
  readonly similarity: number;
}

const SEED = 1;

/** All that is computed with TensorFlow.js, in its worker: one encoder, the features of all images, one probe, one run of pre-training. */
export class Computation {
  readonly #pixels = new Map<string, Float32Array>();
  readonly #features = new FeatureTable();
  #encoder: LoadedEncoder | undefined;
  /** How many tasks compute with an encoder: it stays until they are done, also where another was opened meanwhile. */
  readonly #tasks = new Map<LoadedEncoder, number>();
  #probe: LinearProbe | undefined;
  #distribution: FeatureDistribution | undefined;
  readonly #pretrain = new PretrainService({ pixelsOf: (id) => this.#pixels.get(id), encoder: () => this.#encoder });

  openBackend(choice: BackendChoice): Promise<OpenedBackend> {
    return openBackend(choice);
  }

  /** The run of pre-training: its own part, in the same worker and on the same backend. */
  pretrain(): PretrainService {
    return proxy(this.#pretrain);
  }

  /**
   * Opens an encoder. Features of the one before are forgotten, and so is its probe; pixels too where this one wants them prepared otherwise.
   *
   * @throws {InputError} If the file is no encoder of ours; the one before stays then.
   */
  openEncoder(bytes: Uint8Array, name: string): EncoderCard {
    const next = loadEncoder(bytes, name);
    if (this.#encoder) {
      if (!samePreparation(this.#encoder.card.preprocessing, next.card.preprocessing)) this.#pixels.clear();
      if (!this.#tasks.has(this.#encoder)) disposeTensors(this.#encoder.parameters, this.#encoder.statistics);
    }
    this.#encoder = next;
    this.#features.clear();
    this.#probe = undefined;
    this.#distribution = undefined;
    return next.card;
  }

  /** Takes the pixels of an image, to embed, explain and train on. @returns Whether they are prepared as the open encoder wants them; they are not taken otherwise. */
  keep(id: string, pixels: Float32Array, preprocessing: Preprocessing): boolean {
    if (!samePreparation(this.#opened().card.preprocessing, preprocessing)) return false;
    this.#pixels.set(id, pixels);
    return true;
  }

  /** Lets go of an image: its pixels and its features. */
  forget(id: string): void {
    this.#pixels.delete(id);
    this.#features.delete(id);
  }

  /** Those of some images whose pixels are not there. */
  missing(ids: readonly string[]): string[] {
    return ids.filter((id) => !this.#pixels.has(id));
  }

  /** Encodes images whose pixels are there, and keeps their features. @returns Those that are embedded now: none, where another encoder was opened meanwhile, nor those that were closed. */
  embed(ids: readonly string[]): Promise<string[]> {
    return this.#withEncoder(async ({ encoder, parameters, statistics, card }) => {
      const images = ids.flatMap((id) => this.#pixels.get(id) ?? []);
      if (images.length < ids.length) throw new InputError(`Cannot embed images whose pixels are not there: ${this.missing(ids).length} of ${ids.length}`);
      const batch = imageBatch(images, card.preprocessing);
      try {
        const { data, dimension } = await extractFeatures(encoder, parameters, statistics, [batch]);
        if (this.#encoder?.card !== card) return [];
        const open = [...ids.entries()].filter(([, id]) => this.#pixels.has(id)); // the others were closed meanwhile
        for (const [row, id] of open) this.#features.set(id, data.slice(row * dimension, (row + 1) * dimension));
        return open.map(([, id]) => id);
      } finally {
        batch.dispose();
      }
    });
  }

  /** The images most like one, by cosine similarity, without itself. */
  async similar(id: string, count: number): Promise<SimilarImage[]> {
    const { ids, features } = this.#features.select(this.#features.ids);
    if (!this.#features.has(id) || ids.length < 2) return [];
    const { k, indices, similarities } = await nearestNeighbours(this.#features.select([id]).features, features, Math.min(count + 1, ids.length));
    return Array.from({ length: k }, (_, rank) => ({ id: ids[indices[rank] as number] as string, similarity: similarities[rank] as number })).filter((found) => found.id !== id).slice(0, count);
  }

  /** Features of some images, those that have any. */
  features(ids: readonly string[]): ReturnType<FeatureTable['select']> {
    return this.#features.select(ids);
  }

  /** Fits a probe on the labelled images and applies it to all that are embedded; nothing where none of the labelled ones is yet. */
  async fitProbe(labelled: Labelled): Promise<ProbePredictions | undefined> {
    const known = this.#embedded(labelled);
    if (known.features.count === 0) return undefined;
    const fitted = await fitProbe(known.features, known.labelled, this.#features.select(this.#features.ids), createRng(SEED).fork('probe'));
    this.#probe = fitted.probe;
    this.#distribution = fitted.distribution;
    return fitted.predictions;
  }

  crossValidate(labelled: Labelled): CrossValidated[] {
    const known = this.#embedded(labelled);
    if (known.features.count === 0) return [];
    return crossValidate(known.features, known.labelled, createRng(SEED).fork('judge'));
  }

  /** Where in an image the probe sees a finding. */
  explain(id: string, finding: string): Promise<Explanation> {
    return this.#withEncoder(async (loaded) => {
      const pixels = this.#pixels.get(id);
      if (!this.#probe || !pixels) throw new InputError('Cannot explain as the image must be embedded and a probe fitted: label some images first');
      const image = imageBatch([pixels], loaded.card.preprocessing);
      try {
        return await explain(loaded, image, { probe: this.#probe, finding, stage: explainedStage(loaded) });
      } finally {
        image.dispose();
      }
    });
  }

  /** What the probe is made of, to be written to files. */
  exportedProbe(): { readonly probe: LinearProbe; readonly distribution: FeatureDistribution | undefined; readonly encoder: Uint8Array; readonly card: EncoderCard } {
    const { bytes, card } = this.#opened();
    if (!this.#probe) throw new InputError('Cannot export a probe as none is fitted: label some images first');
    return { probe: this.#probe, distribution: this.#distribution, encoder: bytes, card };
  }

  async #withEncoder<Result>(task: (loaded: LoadedEncoder) => Promise<Result>): Promise<Result> {
    const loaded = this.#opened();
    this.#tasks.set(loaded, (this.#tasks.get(loaded) ?? 0) + 1);
    try {
      return await task(loaded);
    } finally {
      const left = (this.#tasks.get(loaded) as number) - 1;
      if (left > 0) this.#tasks.set(loaded, left);
      else this.#tasks.delete(loaded);
      if (left === 0 && loaded !== this.#encoder) disposeTensors(loaded.parameters, loaded.statistics);
    }
  }

  #opened(): LoadedEncoder {
    if (!this.#encoder) throw new InputError('Cannot compute as no encoder is open');
    return this.#encoder;
  }

  /** Labelled images that have features, and those. */
  #embedded({ findings, images }: Labelled): { readonly labelled: Labelled; readonly features: ReturnType<FeatureTable['select']>['features'] } {
    const usable = images.filter(({ id }) => this.#features.has(id));
    return { labelled: { findings, images: usable }, features: this.#features.select(usable.map(({ id }) => id)).features };
  }
}

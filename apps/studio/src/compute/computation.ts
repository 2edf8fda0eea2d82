import { extractFeatures, nearestNeighbours, type FeatureDistribution, type LinearProbe } from '@cxr-ifa/heads/classification';
import { createRng, disposeTensors, InputError } from '@cxr-ifa/tensor';
import { proxy } from 'comlink';
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

/** An image to embed; without pixels, one whose pixels are there. */
export interface EmbeddedImage {
  readonly id: string;
  readonly pixels?: Float32Array;
}

const SEED = 1;

/** All that is computed with TensorFlow.js, in its worker: one encoder, the features of all images, one probe, one run of pre-training. */
export class Computation {
  readonly #pixels = new Map<string, Float32Array>();
  readonly #features = new FeatureTable();
  #encoder: LoadedEncoder | undefined;
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
   * Opens an encoder. Features of the one before are forgotten, and so is its probe.
   *
   * @throws {InputError} If the file is no encoder of ours; the one before stays then.
   */
  openEncoder(bytes: Uint8Array, name: string): EncoderCard {
    const next = loadEncoder(bytes, name);
    if (this.#encoder) disposeTensors(this.#encoder.parameters, this.#encoder.statistics);
    this.#encoder = next;
    this.#features.clear();
    this.#probe = undefined;
    this.#distribution = undefined;
    return next.card;
  }

  /** Encodes prepared images and keeps their features, and their pixels: images that were given before need not be given again. */
  async embed(given: readonly EmbeddedImage[]): Promise<void> {
    const { encoder, parameters, statistics, card } = this.#opened();
    const images = given.flatMap(({ id, pixels = this.#pixels.get(id) }) => (pixels ? [{ id, pixels }] : []));
    const batch = imageBatch(images.map(({ pixels }) => pixels), card.preprocessing);
    try {
      const { data, dimension } = await extractFeatures(encoder, parameters, statistics, [batch]);
      if (this.#encoder?.card !== card) return; // another encoder was opened meanwhile
      for (const [row, { id, pixels }] of images.entries()) {
        this.#pixels.set(id, pixels);
        this.#features.set(id, data.slice(row * dimension, (row + 1) * dimension));
      }
    } finally {
      batch.dispose();
    }
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
  async explain(id: string, finding: string, stage?: string): Promise<Explanation> {
    const loaded = this.#opened();
    const pixels = this.#pixels.get(id);
    if (!this.#probe || !pixels) throw new InputError('Cannot explain as the image must be embedded and a probe fitted: label some images first');
    const image = imageBatch([pixels], loaded.card.preprocessing);
    try {
      return await explain(loaded, image, { probe: this.#probe, finding, stage: stage ?? explainedStage(loaded) });
    } finally {
      image.dispose();
    }
  }

  /** What the probe is made of, to be written to files. */
  exportedProbe(): { readonly probe: LinearProbe; readonly distribution: FeatureDistribution | undefined; readonly encoder: Uint8Array; readonly card: EncoderCard } {
    const { bytes, card } = this.#opened();
    if (!this.#probe) throw new InputError('Cannot export a probe as none is fitted: label some images first');
    return { probe: this.#probe, distribution: this.#distribution, encoder: bytes, card };
  }

  /** Forgets images, features and probe; the encoder stays. */
  forget(): void {
    this.#pixels.clear();
    this.#features.clear();
    this.#probe = undefined;
    this.#distribution = undefined;
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

import type { Rng } from '@cxr-ifa/tensor';
import { checkPrevalence, checkSize } from './checkOptions.ts';
import { drawAnatomy } from './drawAnatomy.ts';
import { DEFAULT_PREVALENCE, drawSeverities, type PhantomPrevalence } from './drawSeverities.ts';
import type { PhantomSeverities } from './phantomFindings.ts';
import { renderPhantom, type PhantomImage } from './renderPhantom.ts';

/** What {@link phantomSet} yields. */
export interface PhantomSetOptions {
  /** Decides everything; not advanced, so the same generator gives the same set again. */
  readonly rng: Rng;
  /** How many images. */
  readonly count: number;
  /** Pixels along each side, from 32 to 1024. @default 128 */
  readonly size?: number;
  /** The fewest and the most images a patient has. @default [1, 3] */
  readonly imagesPerPatient?: readonly [fewest: number, most: number];
  /** The share of images that show a finding. @default 0.13: half of the images show none */
  readonly prevalence?: PhantomPrevalence;
}

/** One image of a set. */
export interface PhantomRecord extends PhantomImage {
  /** A file name without extension: 16 hexadecimal digits that say nothing about patient, order or findings. */
  readonly name: string;
  /** The patient: images that share it share an anatomy, and must not be parted by a split. */
  readonly patient: string;
  /** 0 for the patient's first image, 1 for the first follow-up and so on. */
  readonly followUp: number;
}

/**
 * A set of radiographs, patient by patient, each rendered when it is asked for. A patient's images share the anatomy and differ in pose and
 * exposure; findings may come, go, progress and heal between them and keep their place. The first images of a longer set are those of a shorter one.
 *
 * @throws {RangeError} If a count, the size or a prevalence is out of range; all are checked when the first image is asked for.
 * @throws {TypeError} If a finding is unknown.
 *
 * @example
 * ```ts
 * for (const { name, patient, image, findings } of phantomSet({ rng: createRng(1), count: 1000, size: 64 })) {
 *   write(`${name}.png`, encode(image));
 * }
 * ```
 */
export function* phantomSet(options: PhantomSetOptions): Generator<PhantomRecord, void, undefined> {
  const { rng, count, size = 128, imagesPerPatient = [1, 3], prevalence = DEFAULT_PREVALENCE } = options;
  const [fewest, most] = imagesPerPatient;
  if (!(Number.isSafeInteger(count) && count >= 0)) throw new RangeError(`Cannot make a phantom set as its count must be a non-negative integer: current value is ${count}`);
  if (!(Number.isSafeInteger(fewest) && Number.isSafeInteger(most) && fewest >= 1 && most >= fewest)) {
    throw new RangeError(`Cannot make a phantom set as a patient's images must be whole numbers, at least one and the fewest first: current value is [${imagesPerPatient.join(', ')}]`);
  }
  checkSize(size);
  checkPrevalence(prevalence);
  for (let index = 0, made = 0; made < count; index++) {
    const own = rng.fork('patient', index);
    const anatomy = drawAnatomy(own.fork('anatomy'));
    const patient = opaqueName(own.fork('name'));
    const images = fewest + own.integer(most - fewest + 1);
    let severities: PhantomSeverities | undefined;
    for (let followUp = 0; followUp < images && made < count; followUp++, made++) {
      const study = own.fork('image', followUp);
      severities = drawSeverities(study.fork('findings'), prevalence, severities);
      const rendered = renderPhantom({ rng: study.fork('render'), size, anatomy, findings: severities });
      yield { name: opaqueName(study.fork('name')), patient, followUp, ...rendered };
    }
  }
}

function opaqueName(rng: Rng): string {
  return [rng.uint32(), rng.uint32()].map((bits) => bits.toString(16).padStart(8, '0')).join('');
}

import type { Features } from '@cxr-ifa/heads/classification';
import { columnsOf } from './columnsOf.ts';
import { compareImages } from './compareImages.ts';
import type { Judge } from './judge.ts';
import type { PictureClassifier } from './pictureClassifier.ts';

/** Whose eyes compare. */
export interface Scorers {
  readonly judges: ReadonlyMap<string, Judge>;
  readonly classifier: PictureClassifier | undefined;
}

/** How near reconstructions are to their originals. */
export interface ReconstructionScores {
  /** One number an image: `mse`, `psnr`, `ssim`, `msSsim`; `<judge>:cosine`, `<judge>:distance`; `<finding>:change`, the absolute change of the log odds. */
  readonly columns: Readonly<Record<string, readonly number[]>>;
  /** Log odds of originals and reconstructions, by finding that could be learnt. */
  readonly logits: Readonly<Record<string, { readonly before: Float64Array; readonly after: Float64Array }>>;
  /** By judge. */
  readonly features: Readonly<Record<string, { readonly original: Features; readonly reconstruction: Features }>>;
}

/** Compares reconstructions with their originals, square pictures of values from 0 to 1: by pixels, by each judge, and by what a classifier finds in them. */
export async function scoreReconstructions(originals: readonly Float32Array[], reconstructions: readonly Float32Array[], { judges, classifier }: Scorers): Promise<ReconstructionScores> {
  const side = Math.sqrt((originals[0] as Float32Array).length);
  const columns: Record<string, readonly number[]> = columnsOf(originals.map((original, index) => compareImages(original, reconstructions[index] as Float32Array, side)));
  const features: Record<string, ReconstructionScores['features'][string]> = {};
  for (const [name, judge] of judges) {
    const { cosine, distance, original, reconstruction } = await judge.compare(originals, reconstructions);
    columns[`${name}:cosine`] = cosine;
    columns[`${name}:distance`] = distance;
    features[name] = { original, reconstruction };
  }
  const logits: Record<string, { before: Float64Array; after: Float64Array }> = {};
  if (classifier) {
    const [before, after] = [await classifier.classify(originals), await classifier.classify(reconstructions)];
    for (const [index, finding] of classifier.findings.entries()) {
      const [own, now] = [before[index], after[index]];
      if (!own || !now) continue;
      logits[finding] = { before: own, after: now };
      columns[`${finding}:change`] = Array.from(own, (value, image) => Math.abs((now[image] as number) - value));
    }
  }
  return { columns, logits, features };
}

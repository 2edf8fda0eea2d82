import type { Estimate } from '../classify/findingColumn.ts';
import type { PreservedFinding } from './preservedFindings.ts';
import type { ReconstructionDistance } from './reconstructionDistance.ts';

/** Over images, with intervals over patients. */
export interface Averages {
  readonly mean: Estimate;
  readonly median: Estimate;
}

/** What reconstructions came to. */
export interface InversionEvaluation {
  readonly images: number;
  readonly patients: number;
  readonly confidence: number;
  /** Of the reconstructions, of the generator's mean image in their place, and the first minus the second, image by image. */
  readonly metrics: readonly { readonly name: string; readonly reconstruction: Averages; readonly mean: Averages; readonly gain: Averages }[];
  readonly findings: readonly PreservedFinding[];
  /** By judge; null where there are too few images. */
  readonly distances: readonly { readonly judge: string; readonly distance: ReconstructionDistance | null }[];
}

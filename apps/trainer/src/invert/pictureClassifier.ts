import { extractFeatures } from '@cxr-ifa/heads/classification';
import { disposeTensors } from '@cxr-ifa/tensor';
import { applyProbe } from '../classify/fitProbe.ts';
import { logOdds } from '../classify/logOdds.ts';
import { modelId } from '../classify/modelId.ts';
import { readProbe } from '../classify/probeFile.ts';
import { pictureBatches } from '../encode/pictureBatches.ts';
import { loadEncoder } from '../run/loadEncoder.ts';

/** A classification run's model, for pictures of any size. */
export interface PictureClassifier {
  readonly id: string;
  readonly findings: readonly string[];
  /** Log odds, a column a finding; null for a finding that could not be learnt. @param pictures Values from 0 to 1, square, of one size; resized to the side of the model's encoder. */
  classify(pictures: readonly Float32Array[]): Promise<(Float64Array | null)[]>;
  dispose(): void;
}

/**
 * Opens the encoder and the probe of a run of `classify train`.
 *
 * @throws {InputError} If the run has none.
 */
export async function openPictureClassifier(run: string): Promise<PictureClassifier> {
  const { probe, findings, stage } = await readProbe(run);
  const id = await modelId(run);
  const { encoder, parameters, statistics, preprocessing } = await loadEncoder(run);
  return {
    id,
    findings,
    async classify(pictures) {
      const features = await extractFeatures(encoder, parameters, statistics, pictureBatches(pictures, preprocessing), stage === undefined ? {} : { stage });
      return (await applyProbe(probe, features)).map((column) => column && logOdds(column));
    },
    dispose: () => disposeTensors(parameters, statistics),
  };
}

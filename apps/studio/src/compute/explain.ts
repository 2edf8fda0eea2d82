import { gradCam, linearProbeScore, resizeMaps, type LinearProbe } from '@cxr-ifa/heads/classification';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { LoadedEncoder } from './loadEncoder.ts';

/** Where in an image a finding's logit comes from. */
export interface Explanation {
  /** Not negative, of arbitrary scale, [size, size] over the square that the encoder saw. */
  readonly map: Float32Array;
  readonly size: number;
  readonly stage: string;
}

/** A map of fewer cells a side says next to nothing of where. */
const FEWEST_CELLS = 4;

/** The stage that is explained where none is chosen: the last one with a map fine enough to point anywhere. */
export function explainedStage({ card: { stages, preprocessing } }: LoadedEncoder): string {
  const fine = stages.filter(({ stride }) => preprocessing.imageSize / stride >= FEWEST_CELLS);
  return (fine.at(-1) ?? stages.at(-1))?.name as string;
}

/** Grad-CAM of a probe's finding for one image [1, H, W, 1], which is borrowed. */
export async function explain(loaded: LoadedEncoder, image: Tensor4D, { probe, finding, stage }: { readonly probe: LinearProbe; readonly finding: string; readonly stage: string }): Promise<Explanation> {
  const { encoder, parameters, statistics, card } = loaded;
  const size = card.preprocessing.imageSize;
  const coarse = gradCam(encoder, parameters, statistics, image, linearProbeScore(probe, finding), { stage });
  const fine = resizeMaps(coarse, [size, size], { stride: card.stages.find(({ name }) => name === stage)?.stride as number });
  try {
    return { map: Float32Array.from(await fine.data()), size, stage };
  } finally {
    coarse.dispose();
    fine.dispose();
  }
}

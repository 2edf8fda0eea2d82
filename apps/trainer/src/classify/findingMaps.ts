import { gradCam, linearProbeScore, resizeMaps, type FindingScore, type GradCamMethod, type LinearProbe } from '@cxr-ifa/heads/classification';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { LoadedEncoder } from '../run/loadEncoder.ts';

/** Where a finding is seen in some images. */
export interface FindingMaps {
  /** In the stage's resolution, one an image. */
  readonly coarse: readonly Float32Array[];
  /** In the images' size. */
  readonly fine: readonly Float32Array[];
}

/** What is explained, and how. */
export interface FindingMapsOptions {
  readonly probe: LinearProbe;
  /** The stage that the probe reads. */
  readonly probedStage: string | undefined;
  /** The stage whose map is shown. @default the one that the probe reads, or the last */
  readonly stage?: string | undefined;
  readonly method: GradCamMethod;
}

/** The stage that is explained where none is asked for. */
export function explainedStage({ encoder }: Pick<LoadedEncoder, 'encoder'>, { stage, probedStage }: Pick<FindingMapsOptions, 'stage' | 'probedStage'>): string {
  return stage ?? probedStage ?? (encoder.stages.at(-1)?.name as string);
}

/** Maps of one finding for a batch of images; borrows all tensors. */
export async function findingMaps(loaded: Pick<LoadedEncoder, 'encoder' | 'parameters' | 'statistics'>, images: Tensor4D, finding: string, options: FindingMapsOptions): Promise<FindingMaps> {
  const score: FindingScore = linearProbeScore(options.probe, finding, { stage: options.probedStage });
  const stage = explainedStage(loaded, options);
  const maps = gradCam(loaded.encoder, loaded.parameters, loaded.statistics, images, score, { stage, method: options.method });
  const stride = loaded.encoder.stages.find(({ name }) => name === stage)?.stride as number;
  const fine = resizeMaps(maps, [images.shape[1], images.shape[2]], { stride });
  try {
    return { coarse: rows(await maps.data(), images.shape[0]), fine: rows(await fine.data(), images.shape[0]) };
  } finally {
    maps.dispose();
    fine.dispose();
  }
}

function rows(values: ArrayLike<number>, count: number): Float32Array[] {
  const length = values.length / count;
  return Array.from({ length: count }, (_, row) => Float32Array.from({ length }, (_value, index) => values[row * length + index] as number));
}

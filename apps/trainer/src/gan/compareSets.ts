import type { Features } from '@cxr-ifa/heads/classification';
import { kernelInceptionDistance, manifoldPrecisionRecall, meanStatistic, patientBootstrap, type BootstrapInterval, type KernelDistance } from '@cxr-ifa/metrics';
import type { Rng } from '@cxr-ifa/tensor';

/** Features of some images and whose they are; `undefined` is a patient of its own, as every generated image is. */
export interface ImageGroup {
  readonly features: Features;
  readonly patients: readonly (string | undefined)[];
}

/** How far two sets of images are apart. */
export interface SetComparison {
  readonly images: { readonly real: number; readonly compared: number };
  readonly kid: KernelDistance;
  /** With an interval over the compared images, the balls of the real ones as they are. */
  readonly precision: BootstrapInterval;
  /** With an interval over the real images' patients, the balls of the compared ones as they are. */
  readonly recall: BootstrapInterval;
}

const MOST_BLOCKS = 20;

/** Images in each of two sets that are compared, at least: some blocks of the kernel distance, and balls with neighbours. */
export function fewestOf(neighbours: number): number {
  return Math.max(4, neighbours + 1);
}

/** Compares a set of images, generated ones or others, with real ones. */
export function compareSets(real: ImageGroup, compared: ImageGroup, { rng, neighbours, samples }: { readonly rng: Rng; readonly neighbours: number; readonly samples: number }): SetComparison {
  const { generatedWithin, realWithin } = manifoldPrecisionRecall(real.features, compared.features, { neighbours });
  const share = (within: Uint8Array, patients: ImageGroup['patients'], name: string): BootstrapInterval =>
    patientBootstrap({ share: meanStatistic(within) }, patients, { rng: rng.fork(name), samples }).share;
  const blocks = Math.min(MOST_BLOCKS, Math.floor(Math.min(real.features.count, compared.features.count) / 2));
  return {
    images: { real: real.features.count, compared: compared.features.count },
    kid: kernelInceptionDistance(real.features, compared.features, { rng: rng.fork('blocks'), blocks }),
    precision: share(generatedWithin, compared.patients, 'precision'),
    recall: share(realWithin, real.patients, 'recall'),
  };
}

import type { EncoderTable } from '@cxr-ifa/checkpoint';
import { createRng } from '@cxr-ifa/tensor';
import { createResnet } from '@cxr-ifa/resnet';
import { CXR_NORMALISATION } from '@cxr-ifa/transforms';
import { preparationOf } from '../input/preparation.ts';
import type { EncoderOptionValues } from '../options/encoderOptions.ts';
import { flagOf } from '../options/option.ts';
import { loadEncoder, type LoadedEncoder } from '../run/loadEncoder.ts';
import { UsageError } from '../usageError.ts';

/** An encoder and how images reach it; parameters and statistics belong to the caller. A random one is of step 0. */
export interface OpenedEncoder extends LoadedEncoder {
  /** A random encoder's statistics are still to be set by a pass over images. */
  readonly random: boolean;
}

/** What a checkpoint decides by itself. */
const OF_THE_CHECKPOINT = ['arch', 'width', 'imageSize', 'clipPercentile', 'aspect'] as const;

/**
 * Opens the encoder of a checkpoint, or makes a random one: the one that `pretrain` with the same seed begins with.
 *
 * @param options Values of `encoderOptions`.
 * @param given Which options were given, and so would contradict a checkpoint.
 * @throws {InputError} If the checkpoint cannot be read.
 * @throws {UsageError} If options were given that the checkpoint decides.
 */
export async function openEncoder(options: Pick<EncoderOptionValues, 'init' | 'arch' | 'width' | 'imageSize' | 'clipPercentile' | 'aspect' | 'seed'>, given: Readonly<Record<string, unknown>>): Promise<OpenedEncoder> {
  const { init, arch, width, seed } = options;
  if (init !== 'random') {
    const superfluous = OF_THE_CHECKPOINT.find((name) => given[name] !== undefined && given['init'] === init);
    if (superfluous !== undefined) throw new UsageError(`Cannot take ${flagOf(superfluous)} with --init ${init}, whose checkpoint decides it: leave it out`);
    return { ...(await loadEncoder(init)), random: false };
  }
  const table: EncoderTable = { architecture: arch, width, inputChannels: 1 };
  const encoder = createResnet({ architecture: arch, width, inputChannels: 1 });
  const preprocessing = { ...preparationOf(options), normalisation: { ...CXR_NORMALISATION } };
  return { encoder, ...encoder.initialise(createRng(seed).fork('encoder')), table, preprocessing, step: 0, random: true };
}

/** An encoder in a few words, such as `resnet18, width 32, after 2000 steps`. */
export function describeEncoder({ table, step, random }: Pick<OpenedEncoder, 'table' | 'step' | 'random'>): string {
  return `${table.architecture}, width ${table.width}, ${random ? 'random' : `after ${step} steps of pre-training`}`;
}

import { storedToTensors } from '@cxr-ifa/checkpoint';
import { createInversionEncoder, type InversionEncoder } from '@cxr-ifa/gan-inversion';
import { createResnet, type Architecture } from '@cxr-ifa/resnet';
import { createVariables, disposeTensors, InputError, noRandomness, requireTensors, type Generator, type Parameters, type Statistics } from '@cxr-ifa/tensor';
import { clone, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { readStepFile } from '../run/stepFile.ts';

export const INVERSION_FORMAT = 'cxr-ifa-inversion-1';

/** What a checkpoint of `invert train` says besides its tensors. */
export const inversionDetailsSchema = z.object({ format: z.literal(INVERSION_FORMAT), step: z.int().nonnegative(), backbone: z.object({ architecture: z.string(), width: z.int().positive(), inputChannels: z.union([z.literal(1), z.literal(3)]) }), channels: z.int().positive(), normalisation: z.object({ mean: z.number(), std: z.number().positive() }) });
export type InversionDetails = z.output<typeof inversionDetailsSchema>;

/** What names begin with in a checkpoint. */
const PREFIXES = { parameters: 'inversion.', statistics: 'statistics.' } as const;

/** The encoder that the details describe, for a generator. */
export function inversionOf({ backbone: { architecture, width, inputChannels }, channels, normalisation }: Pick<InversionDetails, 'backbone' | 'channels' | 'normalisation'>, generator: Generator): InversionEncoder {
  return createInversionEncoder({ encoder: createResnet({ architecture: architecture as Architecture, width, inputChannels }), generator, channels, normalisation });
}

/**
 * Builds the encoder of a run of `invert train`; its tensors belong to the caller.
 *
 * @throws {InputError} If it cannot be read, or is for another generator.
 */
export async function loadInversion(path: string, generator: Generator): Promise<{ inversion: InversionEncoder; parameters: Parameters; statistics: Statistics }> {
  const file = await readStepFile(path, inversionDetailsSchema, 'cxr-ifa invert train');
  if (!file) throw new InputError(`Cannot load the encoder of ${path} as the folder has no checkpoint`);
  const inversion = inversionOf(file.details, generator);
  const expected = inversion.initialise(noRandomness);
  const stored = storedToTensors(new Map([...file.tensors].filter(([name]) => /^(inversion|statistics)\./.test(name))));
  try {
    const wanted = (['parameters', 'statistics'] as const).flatMap((part) => [...expected[part]].map(([name, tensor]) => [`${PREFIXES[part]}${name}`, tensor as Tensor] as const));
    requireTensors(`load the encoder of ${path}`, stored, new Map(wanted), 'was it trained for another generator?');
    const parameters = createVariables(() => [...expected.parameters.keys()].map((name) => [name, clone(stored.get(`${PREFIXES.parameters}${name}`) as Tensor)] as const));
    return { inversion, parameters, statistics: new Map([...expected.statistics.keys()].map((name) => [name, clone(stored.get(`${PREFIXES.statistics}${name}`) as Tensor1D)])) };
  } finally {
    disposeTensors(stored, expected.parameters, expected.statistics);
  }
}

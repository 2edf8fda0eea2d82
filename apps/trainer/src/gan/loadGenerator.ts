import { storedToTensors } from '@cxr-ifa/checkpoint';
import { createVariables, disposeTensors, InputError, noRandomness, requireTensors, type Generator, type Parameters } from '@cxr-ifa/tensor';
import { clone, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import type { Preparation } from '../input/preparation.ts';
import { readStepFile } from '../run/stepFile.ts';
import { ganDetailsSchema, type GanDetails } from './ganCheckpoint.ts';
import { networksOf } from './networks.ts';

/** A trained generator, ready to draw; parameters and mean latent belong to the caller. */
export interface LoadedGenerator {
  readonly generator: Generator;
  readonly parameters: Parameters;
  readonly meanLatent: Tensor1D;
  readonly preparation: Preparation;
  readonly details: GanDetails;
}

/**
 * Builds the averaged generator of a run of `gan train`.
 *
 * @param path A checkpoint, or a run's folder, whose latest one is meant.
 * @throws {InputError} If it cannot be read, is of no such run, or lacks a tensor.
 */
export async function loadGenerator(path: string): Promise<LoadedGenerator> {
  const file = await readStepFile(path, ganDetailsSchema, 'cxr-ifa gan train');
  if (!file) throw new InputError(`Cannot load the generator of ${path} as the folder has no checkpoint`);
  const { details } = file;
  const { generator } = networksOf(details.networks);
  const stored = storedToTensors(new Map([...file.tensors].filter(([name]) => name.startsWith('average.') || name === 'mean_latent')));
  const expected = generator.initialise(noRandomness);
  try {
    requireTensors(`load the generator of ${path}`, stored, new Map<string, { readonly shape: readonly number[] }>([...[...expected].map(([name, tensor]) => [`average.${name}`, tensor] as const), ['mean_latent', { shape: [generator.latentSize] }]]));
    const parameters = createVariables(() => [...expected.keys()].map((name) => [name, clone(stored.get(`average.${name}`) as Tensor)] as const));
    return { generator, parameters, meanLatent: clone(stored.get('mean_latent') as Tensor1D), preparation: details.preparation, details };
  } finally {
    disposeTensors(stored, expected);
  }
}

import { storedToTensors } from '@cxr-ifa/checkpoint';
import { createVariables, disposeTensors, InputError, noRandomness, type Generator, type Parameters } from '@cxr-ifa/tensor';
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
    const found = (name: string, shape: readonly number[]): Tensor => {
      const tensor = stored.get(name);
      if (tensor?.shape.join() !== shape.join()) throw new InputError(`Cannot load the generator of ${path} as ${name} must have shape [${shape.join(', ')}]: ${tensor ? `current shape is [${tensor.shape.join(', ')}]` : 'it is missing'}`);
      return clone(tensor as Tensor);
    };
    const parameters = createVariables(() => [...expected].map(([name, { shape }]) => [name, found(`average.${name}`, shape)] as const));
    return { generator, parameters, meanLatent: found('mean_latent', [generator.latentSize]) as Tensor1D, preparation: details.preparation, details };
  } finally {
    disposeTensors(stored, expected);
  }
}

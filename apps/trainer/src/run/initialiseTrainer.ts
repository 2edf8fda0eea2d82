import { storedToTensors, type StoredTensor } from '@cxr-ifa/checkpoint';
import type { MomentumContrast } from '@cxr-ifa/moco';
import { disposeTensors } from '@cxr-ifa/tensor';
import type { PretrainOptions } from '../options/pretrainOptions.ts';
import type { Terminal } from '../terminal.ts';
import { readCheckpoint } from './checkpointFile.ts';

const OPTIMIZER_SLOT = /^(momentum|firstMoment|secondMoment)\./;

/**
 * Gives a new trainer the encoder of a checkpoint, and whatever else of it fits: how the method goes on from plain MoCo.
 * What another optimiser remembers is left out: momenta of one are no momenta of the other.
 *
 * @param path A checkpoint, a run's folder, or a safetensors file with torchvision's names.
 * @throws {InputError} If it cannot be read, or holds another encoder.
 */
export async function initialiseTrainer(momentumContrast: MomentumContrast, path: string, { optimizer }: Pick<PretrainOptions, 'optimizer'>, terminal: Terminal): Promise<void> {
  const checkpoint = await readCheckpoint(path);
  const named = checkpoint.details ? checkpoint.tensors : snapshotNames(checkpoint.tensors);
  const sameOptimizer = (checkpoint.details?.optimizer ?? 'sgd') === optimizer;
  const tensors = storedToTensors(sameOptimizer ? named : new Map([...named].filter(([name]) => !OPTIMIZER_SLOT.test(name))));
  try {
    const { missing } = momentumContrast.initialiseFrom(tensors, sameOptimizer && checkpoint.details ? { optimizerStep: checkpoint.details.optimizerStep } : {});
    const parts = [...new Set(missing.map((name) => name.split('.')[0]))];
    terminal.print(`Initialised from ${checkpoint.path}${parts.length > 0 ? `; not in it, and so as in a new run or copied from the query encoder: ${parts.join(', ')}` : ''}`);
  } finally {
    disposeTensors(tensors);
  }
}

/** What another program named by torchvision's names, by ours; a classifier and its counters are no part of the encoder. */
function snapshotNames(tensors: ReadonlyMap<string, StoredTensor>): Map<string, StoredTensor> {
  if ([...tensors.keys()].some((name) => name.startsWith('encoder_q.'))) return new Map(tensors);
  const own = [...tensors].filter(([name]) => !name.startsWith('fc.') && !name.endsWith('.num_batches_tracked'));
  return new Map(own.map(([name, tensor]) => [`${/\.running_(mean|var)$/.test(name) ? 'statistics_q' : 'encoder_q'}.${name}`, tensor]));
}

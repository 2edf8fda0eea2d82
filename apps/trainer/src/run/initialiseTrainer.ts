import { storedToTensors, type StoredTensor } from '@cxr-ifa/checkpoint';
import type { MomentumContrast } from '@cxr-ifa/moco';
import { disposeTensors } from '@cxr-ifa/tensor';
import type { Terminal } from '../terminal.ts';
import { readCheckpoint } from './checkpointFile.ts';

/**
 * Gives a new trainer the encoder of a checkpoint, and whatever else of it fits: how the method goes on from plain MoCo.
 *
 * @param path A checkpoint, a run's folder, or a safetensors file with torchvision's names.
 * @throws {InputError} If it cannot be read, or holds another encoder.
 */
export async function initialiseTrainer(momentumContrast: MomentumContrast, path: string, terminal: Terminal): Promise<void> {
  const checkpoint = await readCheckpoint(path);
  const tensors = storedToTensors(checkpoint.details ? checkpoint.tensors : snapshotNames(checkpoint.tensors));
  try {
    const { missing } = momentumContrast.initialiseFrom(tensors);
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

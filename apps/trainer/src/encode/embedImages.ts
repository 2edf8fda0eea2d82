import { join } from 'node:path';
import { encodeNpy } from '@cxr-ifa/checkpoint';
import { formatCsv, type Cell } from '@cxr-ifa/datasets';
import { createRng, disposeTensors } from '@cxr-ifa/tensor';
import { selectBackend } from '../backend/selectBackend.ts';
import type { CommandContext } from '../commands/command.ts';
import { describeSelection } from '../input/describeSelection.ts';
import { readRecords } from '../input/readRecords.ts';
import { createWorkerPool } from '../input/workerPool.ts';
import type { EmbedOptions } from '../options/embedOptions.ts';
import { createPseudonymiser } from '../output/pseudonymise.ts';
import { STATE_CELLS } from '../output/stateCell.ts';
import { atomicWrite } from '../run/atomicWrite.ts';
import { describeMachine } from '../run/describeMachine.ts';
import { beginRun, claimFolder } from '../run/runDirectory.ts';
import { encodeImages } from './encodeImages.ts';
import { describeEncoder, openEncoder } from './openEncoder.ts';
import { prepareRecords } from './prepareRecords.ts';
import { settleStatistics } from './settleStatistics.ts';

/**
 * Writes the features of images: `features.npy` [N, D] float32, and `index.csv` with what is known of each row.
 *
 * @throws {InputError} If images, encoder or backend cannot be used.
 * @throws {UsageError} If the options do not fit one another.
 */
export async function embedImages(options: EmbedOptions, { terminal, commandLine, given }: CommandContext): Promise<void> {
  const { out, seed, batchSize, stage } = options;
  const withdraw = await claimFolder(out);
  const found = await readRecords({ ...options, findingColumns: options.findings });
  for (const line of describeSelection(found)) terminal.print(line);
  const backend = await selectBackend(options.backend, options);
  terminal.print(`Backend ${backend.name}: ${backend.reason}`);
  let opened = await openEncoder(options, given);
  const pool = createWorkerPool(options.workers);
  let begun = false;
  try {
    const { selection, cache, indices } = await prepareRecords(found, { ...options, preprocessing: opened.preprocessing, folder: out, pool, terminal });
    const { records, findings } = selection;
    const training = indices.filter((_, row) => records[row]?.split === 'train');
    const work = { cache, batchSize, terminal };
    opened = await settleStatistics(opened, training.length > 0 ? training : indices, { ...work, rng: createRng(seed) });
    const features = await encodeImages(opened, indices, { ...work, stage });

    const pseudonym = createPseudonymiser(options.keepIds);
    const index = records.map((record): Cell[] => [record.path, pseudonym(record.patient), record.split, ...findings.map((finding) => STATE_CELLS[String(record.findings[finding] ?? 'unmentioned')])]);
    begun = true;
    await beginRun(
      out,
      { ...options, out: undefined },
      { command: commandLine, startedAt: new Date().toISOString(), ...describeMachine(), backend, seed, encoder: describeEncoder(opened), data: { path: options.data, images: records.length, hash: cache.manifest.dataHash } },
    );
    await atomicWrite(join(out, 'index.csv'), formatCsv([['image', 'patient', 'split', ...findings], ...index]));
    await atomicWrite(join(out, 'features.npy'), encodeNpy({ dtype: 'F32', shape: [features.count, features.dimension], data: features.data }));
    terminal.print(`${describeEncoder(opened)}: ${features.count} features of ${features.dimension} numbers are in ${out}/features.npy, their images in index.csv`);
  } finally {
    await pool.close();
    disposeTensors(opened.parameters, opened.statistics);
    if (!begun) await withdraw();
  }
}

import { randomBytes } from 'node:crypto';
import { InputError } from '@cxr-ifa/tensor';
import { hashSplits } from '../classify/hashSplits.ts';
import type { CommandContext } from '../commands/command.ts';
import { createWorkerPool } from '../input/workerPool.ts';
import type { CheckOptions } from '../options/checkOptions.ts';
import { formatTable } from '../output/formatTable.ts';
import { createPseudonymiser } from '../output/pseudonymise.ts';
import { writeJson } from '../run/runDirectory.ts';
import { UsageError } from '../usageError.ts';
import { comparePatients, pairsOf, partsOf, type Part, type PatientComparison } from './compareManifests.ts';
import { findDuplicates, type Duplicate, type Duplicates } from './findDuplicates.ts';
import { openManifest, type Manifest } from './openManifest.ts';

const NAMED_PAIRS = 5;
const NOTHING: Duplicates = { pairs: [], bad: [], compared: 0, featureless: 0, candidates: 0, complete: true };

/**
 * Checks that parts that must be apart share no patient and no image: the splits of a manifest, and manifests with one another. Splits of one name may share, such as the training parts of two manifests.
 *
 * @throws {InputError} If they do, once the table is printed and the report is written; or if a manifest cannot be read.
 */
export async function checkData(options: CheckOptions, { terminal, operands }: CommandContext): Promise<void> {
  const { threshold, patientsOnly, copiesOnly, out, keepIds } = options;
  if (patientsOnly && copiesOnly) throw new UsageError('Cannot compare patients only and copies only: leave out one of --patients-only and --copies-only');
  if (new Set(operands).size < operands.length) throw new UsageError('Cannot check a manifest against itself: name each once');
  const manifests: Manifest[] = [];
  for (const operand of operands) manifests.push(await openManifest(operand, options));
  const parts = partsOf(manifests);
  const pairs = pairsOf(parts);
  if (pairs.length === 0) throw new UsageError(`Cannot check ${operands.join(', ')} as there is one part only: give --split-column, or more than one manifest`);
  const patients = pairs.map(([first, second]) => comparePatients(first, second));
  const pool = createWorkerPool(patientsOnly ? 0 : options.workers);
  let duplicates = NOTHING;
  try {
    if (!patientsOnly) duplicates = await findDuplicates(parts, { ...options, pool, terminal });
  } finally {
    await pool.close();
  }

  for (const line of describe(manifests, parts, patients, duplicates, options)) terminal.print(line);
  if (out !== undefined) {
    await writeJson(out, reportOf(manifests, parts, patients, duplicates, { threshold, compared: patientsOnly ? 'patients' : copiesOnly ? 'patients and files' : 'patients and images', pseudonym: createPseudonymiser(keepIds, randomBytes(32)) }));
    terminal.print(`The report is in ${out}`);
  }
  const shared = new Set(patients.flatMap((comparison) => (typeof comparison.shared === 'string' ? [] : comparison.shared.map(({ patient }) => patient)))).size;
  if (shared > 0 || duplicates.pairs.length > 0) {
    const many = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
    throw new InputError(`Cannot keep these parts apart as they share ${many(shared, 'patient')} and ${many(duplicates.pairs.length, 'pair')} of images that show the same: split anew by patient, or leave the images out of one of them`);
  }
  const open = patients.filter(({ shared: found }) => typeof found === 'string').length;
  terminal.print(open === 0 ? `No part shares a patient with another${patientsOnly ? '' : ', or an image'}` : `Nothing shared was found, but patients could not be compared for ${open} of ${pairs.length} pairs of parts`);
}

function* describe(manifests: readonly Manifest[], parts: readonly Part[], patients: readonly PatientComparison[], { pairs, bad, compared, featureless, candidates, complete }: Duplicates, { threshold, patientsOnly, copiesOnly }: CheckOptions): Generator<string> {
  for (const { name, notes } of manifests) for (const note of notes) yield `${name}: ${note}`;
  yield* formatTable([['part', 'images', 'patients'], ...parts.map(({ name, images }) => [name, String(images.length), String(countPatients(images) ?? 'unknown')])]);
  yield '';
  const count = (first: Part, second: Part, kind: Duplicate['kind']): string => String(pairs.filter((pair) => pair.kind === kind && isBetween(pair, first, second)).length);
  const images = patientsOnly ? [] : copiesOnly ? ['copies'] : ['copies', 'near-duplicates'];
  const rows = patients.map(({ first, second, shared }) => [`${first.name} | ${second.name}`, typeof shared === 'string' ? `? (${shared})` : String(shared.length), ...(['copy', 'near'] as const).slice(0, images.length).map((kind) => count(first, second, kind))]);
  yield* formatTable([['between', 'shared patients', ...images], ...rows]);
  for (const { first, second, kind, correlation } of pairs.slice(0, NAMED_PAIRS)) yield `  ${kind === 'copy' ? 'copy' : `near-duplicate, ${correlation.toFixed(4)}`}: ${first.image.path} (${first.part.name}) and ${second.image.path} (${second.part.name})`;
  if (pairs.length > NAMED_PAIRS) yield `  and ${pairs.length - NAMED_PAIRS} more`;
  if (bad.length > 0) yield `Left out ${bad.length} bad files: ${bad.slice(0, NAMED_PAIRS).map(({ path, reason }) => `${path} (${reason})`).join('; ')}${bad.length > NAMED_PAIRS ? '; ...' : ''}`;
  if (patientsOnly || copiesOnly) return;
  yield `Compared ${compared} images: hashes proposed ${candidates} pairs, a near-duplicate correlates above ${threshold}${featureless > 0 ? `; ${featureless} images of one colour were compared with none` : ''}${complete ? '' : '; the search ended early, at its highest number of pairs'}`;
}

function isBetween({ first, second }: Duplicate, one: Part, other: Part): boolean {
  return (first.part === one && second.part === other) || (first.part === other && second.part === one);
}

function countPatients(images: Part['images']): number | undefined {
  const patients = new Set(images.flatMap(({ patient }) => patient ?? []));
  return patients.size === 0 ? undefined : patients.size;
}

function reportOf(manifests: readonly Manifest[], parts: readonly Part[], patients: readonly PatientComparison[], { pairs, ...images }: Duplicates, { threshold, compared, pseudonym }: { threshold: number; compared: string; pseudonym: (patient: string | undefined) => string | undefined }): object {
  return {
    format: 'cxr-ifa-check-1',
    compared,
    nearDuplicates: { thumbnail: '32 x 32', shift: 2, threshold },
    manifests: manifests.map(({ name, images: own, notes }) => ({ name, images: own.length, splitHash: own.some(({ split }) => split !== undefined) ? hashSplits(own.map(({ path, split }) => ({ path, findings: {}, ...(split !== undefined && { split }) }))) : null, notes })),
    parts: parts.map(({ name, role, images: own }) => ({ name, role: role.startsWith('/') ? null : role, images: own.length, patients: countPatients(own) ?? null })),
    patients: patients.map(({ first, second, shared }) => ({
      between: [first.name, second.name],
      ...(typeof shared === 'string' ? { notCompared: shared } : { shared: shared.map((one) => ({ patient: pseudonym(one.patient), images: [one.first, one.second] })) }),
    })),
    images: { ...images, pairs: pairs.map(({ first, second, kind, correlation }) => ({ kind, correlation, images: [first, second].map(({ part, image }) => ({ part: part.name, path: image.path })) })) },
  };
}

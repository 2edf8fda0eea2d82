import { applyLabelPolicy, filterRecords, splitByPatient, type LabelPolicy, type RecordSelection } from '@cxr-ifa/datasets';
import { createRng, InputError, type ImageRecord } from '@cxr-ifa/tensor';
import { readRecords, type ImageSelection } from '../input/readRecords.ts';
import type { RecordOptionValues } from '../options/recordOptions.ts';
import { UsageError } from '../usageError.ts';

/** What decides over images, findings and labels of a classification. */
export interface LabelledOptions extends Omit<RecordOptionValues, 'split'> {
  readonly findings: readonly string[];
  readonly among: readonly string[];
  readonly without: readonly string[];
  readonly uncertain?: LabelPolicy['uncertain'] | undefined;
  readonly blank?: LabelPolicy['blank'] | undefined;
  readonly seed: number;
  readonly viewColumn?: string | undefined;
  readonly sexColumn?: string | undefined;
  readonly ageColumn?: string | undefined;
}

/** The three parts of a data set. */
export const SPLITS = ['train', 'val', 'test'] as const;
export type Split = (typeof SPLITS)[number];

/** Images with their split, and how their labels are to be read. */
export interface LabelledSelection {
  /** Each record's `split` is one of {@link SPLITS}. */
  readonly selection: ImageSelection;
  readonly findings: readonly string[];
  readonly policy: LabelPolicy;
  /** Where the splits come from. */
  readonly splitSource: string;
}

/** What publishers call the three. */
export const SPLIT_NAMES: Readonly<Record<string, Split>> = { train: 'train', training: 'train', train_val: 'train', val: 'val', valid: 'val', validate: 'val', validation: 'val', dev: 'val', test: 'test' };
const FRACTIONS = { train: 0.7, val: 0.1, test: 0.2 };

/**
 * Reads records, keeps those that the task is about, and decides splits and label policy, before any image is looked at.
 *
 * @throws {InputError} If a finding is unknown, a split is empty, or a patient is in two of them.
 * @throws {UsageError} If the options contradict one another, or a label policy is needed and was not given.
 */
export async function selectLabelled(options: LabelledOptions): Promise<LabelledSelection> {
  const byColumns = options.labelFormat === 'plain' && options.labelColumn === undefined;
  const columns = [...new Set([...options.findings, ...options.among, ...options.without])];
  if (byColumns && options.findings.length === 0) throw new UsageError('Cannot classify without labels: give --label-column <column>, or the columns that are a finding each by --findings <names>');
  const read = await readRecords({ ...options, split: undefined, findingColumns: byColumns ? columns : [] });
  let selection: RecordSelection = read;
  for (const [names, keep, wanted] of [[options.among, 'present', 1], [options.without, 'absent', 0]] as const) {
    for (const name of names) {
      requireFinding(selection, name);
      selection = filterRecords(selection, `${name} is not ${keep}`, ({ findings }) => findings[name] === wanted);
    }
  }
  const findings = options.findings.length > 0 ? options.findings : selection.findings.filter((name) => !options.among.includes(name) && !options.without.includes(name));
  for (const finding of findings) requireFinding(selection, finding);
  if (selection.records.length === 0) throw new InputError(`Cannot classify as no image is left (${selection.dropped.map(({ reason, count }) => `${count}: ${reason}`).join(', ')})`);

  const { selection: split, source } = takeSplits(selection, options);
  return { selection: { ...split, root: read.root }, findings, policy: choosePolicy(split.records, findings, options), splitSource: source };
}

function requireFinding({ findings }: RecordSelection, name: string): void {
  if (!findings.includes(name)) throw new InputError(`Cannot classify by the finding ${name} as the labels do not speak of it: their findings are ${findings.join(', ') || 'none'}`);
}

/** The publisher's splits where there are any, or a seeded split by patient. */
export function takeSplits(selection: RecordSelection, { splitColumn, seed }: Pick<LabelledOptions, 'splitColumn' | 'seed'>, action: string = 'classify'): { selection: RecordSelection; source: string } {
  if (!selection.records.some(({ split }) => split !== undefined)) {
    if (splitColumn !== undefined) throw new InputError(`Cannot split the images as the column ${splitColumn} is blank in all of them`);
    const records = splitByPatient(selection.records, { fractions: FRACTIONS, rng: createRng(seed).fork('split') });
    return { selection: requireSplits({ ...selection, records }, action), source: `by patient, 70 % train, 10 % val, 20 % test, seed ${seed}` };
  }
  const named = filterRecords(selection, 'split is none of train, val, test', ({ split }) => split !== undefined && Object.hasOwn(SPLIT_NAMES, split.toLowerCase()));
  const records = named.records.map((record) => ({ ...record, split: SPLIT_NAMES[(record.split as string).toLowerCase()] as Split }));
  return { selection: requireSplits({ ...named, records }, action), source: splitColumn === undefined ? "the publisher's" : `column ${splitColumn}` };
}

function requireSplits(selection: RecordSelection, action: string): RecordSelection {
  for (const split of ['train', 'test']) {
    if (!selection.records.some((record) => record.split === split)) throw new InputError(`Cannot ${action} as no image is in the split ${split}: give another --split-column, or none for a split by patient`);
  }
  const splitOf = new Map<string, string>();
  const shared = new Set<string>();
  for (const { patient, split } of selection.records) {
    if (patient === undefined) continue;
    if ((splitOf.get(patient) ?? split) !== split) shared.add(patient);
    splitOf.set(patient, split as string);
  }
  if (shared.size > 0) throw new InputError(`Cannot ${action} as ${shared.size} patient${shared.size === 1 ? ' is' : 's are'} in more than one split, and would be tested on what was learnt of them: give another --split-column, or none for a split by patient`);
  return selection;
}

/** Asks for a policy only where it decides anything. */
function choosePolicy(records: readonly ImageRecord[], findings: readonly string[], { uncertain, blank }: LabelledOptions): LabelPolicy {
  const { counts } = applyLabelPolicy(records, { uncertain: 'u-ignore', blank: 'unknown' }, findings);
  const sum = (state: 'uncertain' | 'unmentioned'): number => Object.values(counts).reduce((total, count) => total + count[state], 0);
  const [uncertainLabels, blankLabels] = [sum('uncertain'), sum('unmentioned')];
  if (uncertain === undefined && uncertainLabels > 0) throw new UsageError(`Cannot read ${uncertainLabels} uncertain labels without a policy, as results depend on it: give --label-policy u-ones, u-zeros or u-ignore`);
  if (blank === undefined && blankLabels > 0) throw new UsageError(`Cannot read ${blankLabels} blank labels without a policy, as results depend on it: give --blank-labels negative or unknown`);
  return { uncertain: uncertain ?? 'u-ignore', blank: blank ?? 'unknown' };
}

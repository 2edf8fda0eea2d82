import { computed, signal } from '@preact/signals';
import type { Labelled } from '../compute/labelled.ts';
import { report } from '../app/notices.ts';
import { folderOf } from '../images/folderOf.ts';
import { images } from '../images/images.ts';
import type { StudioImage } from '../images/studioImage.ts';
import { database, type StoredLabels } from '../store/database.ts';
import { matchLabels } from './matchLabels.ts';
import type { LabelTable } from './readLabelTable.ts';

/** What is looked for, in the order of the keys 1 to 9. */
export const findings = signal<readonly string[]>([]);
/** What was said, by image and finding. */
export const labels = signal<StoredLabels['labels']>({});
/** Whether images of one folder are of one patient, where the file does not say. */
export const folderIsPatient = signal(false);
/** The finding that is labelled and shown. */
export const activeFinding = signal<string | undefined>(undefined);

export const MOST_FINDINGS = 9;

/** Adds a finding to look for, and makes it the active one. @throws {Error} If it cannot be added. */
export function addFinding(text: string): void {
  const name = text.trim();
  if (name === '') throw new Error('Cannot add a finding as it needs a name');
  if (findings.value.includes(name)) throw new Error(`Cannot add ${name} as there is such a finding already`);
  if (findings.value.length >= MOST_FINDINGS) throw new Error(`Cannot add ${name} as at most ${MOST_FINDINGS} findings have a key: remove one`);
  findings.value = [...findings.value, name];
  activeFinding.value = name;
  keep();
}

/** Removes a finding and all its labels. */
export function removeFinding(name: string): void {
  findings.value = findings.value.filter((finding) => finding !== name);
  labels.value = Object.fromEntries(Object.entries(labels.value).map(([id, own]) => [id, Object.fromEntries(Object.entries(own).filter(([finding]) => finding !== name))]));
  if (activeFinding.value === name) activeFinding.value = findings.value[0];
  keep();
}

/** Says of an image whether it shows a finding; `undefined` takes it back. */
export function setLabel(id: string, finding: string, label: 0 | 1 | undefined): void {
  const { [finding]: _, ...others } = labels.value[id] ?? {};
  labels.value = { ...labels.value, [id]: label === undefined ? others : { ...others, [finding]: label } };
  keep();
}

/** Takes the folders as patients, or not. */
export function takeFoldersAsPatients(wanted: boolean): void {
  folderIsPatient.value = wanted;
  keep();
}

/** Whose image it is, as far as that is known. */
export function patientOf({ patient, path }: Pick<StudioImage, 'patient' | 'path'>): string | undefined {
  return patient ?? (folderIsPatient.value ? folderOf(path) : undefined);
}

/** Forgets what was said of an image that is closed. */
export function forgetLabels(id: string): void {
  const { [id]: own, ...others } = labels.value;
  if (!own) return;
  labels.value = others;
  keep();
}

/** Takes labels of open images from a table; what was said here stays where the table says otherwise. @returns What became of them. @throws {Error} If its findings are too many. */
export function takeLabels(table: LabelTable): { readonly taken: number; readonly contradicted: number; readonly unmatched: number } {
  const all = [...new Set([...findings.value, ...table.findings])];
  if (all.length > MOST_FINDINGS) throw new Error(`Cannot take these labels as at most ${MOST_FINDINGS} findings have a key: with the ${table.findings.length} of the table they are ${all.length}`);
  const { labels: found, unmatched } = matchLabels(table, images.value);
  const own = ([id, finding]: readonly [string, string]): 0 | 1 | undefined => labels.value[id]?.[finding];
  const said = [...found].flatMap(([id, of]) => Object.entries(of).map(([finding, label]) => [id, finding, label] as const));
  const contradicted = said.filter(([id, finding, label]) => own([id, finding]) !== undefined && own([id, finding]) !== label).length;
  const taken = said.filter(([id, finding]) => own([id, finding]) === undefined).length;
  labels.value = { ...labels.value, ...Object.fromEntries([...found].map(([id, of]) => [id, { ...of, ...labels.value[id] }])) };
  findings.value = all;
  activeFinding.value ??= all[0];
  keep();
  return { taken, contradicted, unmatched };
}

/** What is known by construction of phantoms among the images becomes their labels. */
export function takePhantomLabels(): void {
  const withTruth = images.value.filter((image): image is StudioImage & Required<Pick<StudioImage, 'truth'>> => image.truth !== undefined);
  findings.value = [...new Set([...findings.value, ...withTruth.flatMap(({ truth }) => Object.keys(truth))])].slice(0, MOST_FINDINGS);
  labels.value = { ...labels.value, ...Object.fromEntries(withTruth.map(({ id, truth }) => [id, { ...labels.value[id], ...truth }])) };
  activeFinding.value ??= findings.value[0];
  keep();
}

/** The labelled images that are open. */
export const labelled = computed<Labelled>(() => ({
  findings: findings.value,
  images: images.value
    .filter(({ id }) => Object.keys(labels.value[id] ?? {}).length > 0)
    .map((image) => ({ id: image.id, patient: patientOf(image), labels: findings.value.map((finding) => labels.value[image.id]?.[finding] ?? null) })),
}));

function keep(): void {
  const current: StoredLabels = { findings: findings.value, labels: labels.value, folderIsPatient: folderIsPatient.value };
  database()
    .then((db) => db.put('session', current, 'labels'))
    .catch((error: Error) => report(new Error(`Cannot keep the labels in this browser: ${error.message}; export them before the page is closed`, { cause: error })));
}

/** Takes up the labels that this browser kept. */
export async function restoreLabels(): Promise<void> {
  const kept = (await (await database()).get('session', 'labels')) as StoredLabels | undefined;
  if (!kept) return;
  findings.value = kept.findings;
  labels.value = kept.labels;
  folderIsPatient.value = kept.folderIsPatient ?? false;
  activeFinding.value = kept.findings[0];
}

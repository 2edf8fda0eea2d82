import { computed, signal } from '@preact/signals';
import type { Labelled } from '../compute/labelled.ts';
import { report } from '../app/notices.ts';
import { folderOf } from '../images/folderOf.ts';
import { imageById, images } from '../images/images.ts';
import type { StudioImage } from '../images/studioImage.ts';
import { database, type StoredLabels } from '../store/database.ts';
import { mergeLabels, MOST_FINDINGS, type MergedLabels } from './mergeLabels.ts';

/** What is looked for, in the order of the keys 1 to 9. */
export const findings = signal<readonly string[]>([]);
/** What was said, by image and finding. */
export const labels = signal<StoredLabels['labels']>({});
/** Whether images of one folder are of one patient, where the file does not say. */
export const folderIsPatient = signal(false);
/** The finding that is labelled and shown. */
export const activeFinding = signal<string | undefined>(undefined);

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

/** Labels that were given since the page was opened, and what was there before. */
const given: { readonly id: string; readonly finding: string; readonly before: 0 | 1 | undefined }[] = [];

/** What was said of an image; names are a person's, and `constructor` is one of them. */
export function labelOf(id: string, finding: string | undefined): 0 | 1 | undefined {
  const own = labels.value[id];
  return own && finding !== undefined && Object.hasOwn(own, finding) ? own[finding] : undefined;
}

/** Says of an image whether it shows a finding; `undefined` takes it back. */
export function setLabel(id: string, finding: string, label: 0 | 1 | undefined): void {
  given.push({ id, finding, before: labelOf(id, finding) });
  put(id, finding, label);
}

/** Takes back the label that was given last. @returns Of which image; nothing where there is none. */
export function undoLabel(): string | undefined {
  const last = given.pop();
  if (!last) return undefined;
  if (!imageById.value.has(last.id) || !findings.value.includes(last.finding)) return undoLabel(); // closed, or removed
  put(last.id, last.finding, last.before);
  activeFinding.value = last.finding;
  return last.id;
}

function put(id: string, finding: string, label: 0 | 1 | undefined): void {
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

/** Takes labels of open images from elsewhere; what was said here stays. @returns How many were taken, and how many were said otherwise here. @throws {Error} If their findings are too many. */
export function takeLabels(found: ReadonlyMap<string, Readonly<Record<string, 0 | 1>>>): Pick<MergedLabels, 'taken' | 'contradicted'> {
  const { taken, contradicted, ...merged } = mergeLabels({ findings: findings.value, labels: labels.value }, found);
  ({ findings: findings.value, labels: labels.value } = merged);
  activeFinding.value ??= findings.value[0];
  keep();
  return { taken, contradicted };
}

/** The labelled images that are open. */
export const labelled = computed<Labelled>(() => ({
  findings: findings.value,
  images: images.value
    .filter(({ id }) => Object.keys(labels.value[id] ?? {}).length > 0)
    .map((image) => ({ id: image.id, patient: patientOf(image), labels: findings.value.map((finding) => labelOf(image.id, finding) ?? null) })),
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

import { computed, signal } from '@preact/signals';
import type { Labelled } from '../compute/labelled.ts';
import { report } from '../app/notices.ts';
import { images } from '../images/images.ts';
import type { StudioImage } from '../images/studioImage.ts';
import { database, type StoredLabels } from '../store/database.ts';

/** What is looked for, in the order of the keys 1 to 9. */
export const findings = signal<readonly string[]>([]);
/** What was said, by image and finding. */
export const labels = signal<StoredLabels['labels']>({});
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
    .map(({ id, patient }) => ({ id, patient, labels: findings.value.map((finding) => labels.value[id]?.[finding] ?? null) })),
}));

function keep(): void {
  const current: StoredLabels = { findings: findings.value, labels: labels.value };
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
  activeFinding.value = kept.findings[0];
}

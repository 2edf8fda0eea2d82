import { computed, signal } from '@preact/signals';
import type { Projection } from '@cxr-ifa/metrics';
import type { Remote } from 'comlink';
import { computer, encoderCard } from '../compute/computer.ts';
import { embedded } from '../compute/embedding.ts';
import type { EncoderCard } from '../compute/loadEncoder.ts';
import { imageById, images } from '../images/images.ts';
import type { ImageWorker } from '../workers/imageWorker.ts';
import { startImageWorker } from '../workers/startImageWorker.ts';

/** Where images lie in the map, and how they were laid out. */
export interface Layout extends Projection {
  readonly ids: readonly string[];
  /** By whose features. */
  readonly encoder: EncoderCard | undefined;
}

const made = signal<Layout | undefined>(undefined);
export const layingOut = signal(false);
/** What the last layout was made of, or was to be made of where it failed. */
const attempted = signal<{ readonly encoder: EncoderCard | undefined; readonly ids: ReadonlySet<string> } | undefined>(undefined);

/** The last layout, of the open encoder and without images that were closed since. */
export const layout = computed<Layout | undefined>(() => {
  const { value } = made;
  if (value?.encoder !== encoderCard.value || !value) return undefined;
  const open = value.ids.flatMap((id, row) => (imageById.value.has(id) ? [row] : []));
  if (open.length === value.ids.length) return value;
  return { ...value, ids: open.map((row) => value.ids[row] as string), points: open.map((row) => value.points[row] as Layout['points'][number]) };
});

/** Whether images are embedded that it does not have. */
export const isStale = computed(() => attempted.value?.encoder !== encoderCard.value || [...embedded.value].some((id) => !attempted.value?.ids.has(id)));

/** Of fewer images there is no map. */
export const FEWEST = 3;

/** Apart from the computing worker, which would be deaf for seconds. */
let layouter: Remote<ImageWorker> | undefined;

/** Lays out all images that are embedded. */
export async function layOut(): Promise<void> {
  if (layingOut.value) return;
  layingOut.value = true;
  try {
    layouter ??= startImageWorker().remote;
    const encoder = encoderCard.value;
    attempted.value = { encoder, ids: embedded.value };
    const { ids, features } = await computer.features(images.value.map(({ id }) => id));
    made.value = ids.length < FEWEST ? undefined : { ids, encoder, ...(await layouter.project(features)) };
  } finally {
    layingOut.value = false;
  }
}

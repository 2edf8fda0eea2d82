import { signal } from '@preact/signals';
import type { Projection } from '@cxr-ifa/metrics';
import type { Remote } from 'comlink';
import { computer, encoderCard } from '../compute/computer.ts';
import { embeddedCount } from '../compute/embedding.ts';
import type { EncoderCard } from '../compute/loadEncoder.ts';
import { images } from '../images/images.ts';
import type { ImageWorker } from '../workers/imageWorker.ts';
import { startImageWorker } from '../workers/startImageWorker.ts';

/** Where images lie in the map, and how they were laid out. */
export interface Layout extends Projection {
  readonly ids: readonly string[];
  /** By whose features. */
  readonly encoder: EncoderCard | undefined;
}

export const layout = signal<Layout | undefined>(undefined);
export const layingOut = signal(false);
/** What the last layout was made of, or was to be made of where it failed. */
export const attempted = signal<{ readonly encoder: EncoderCard | undefined; readonly count: number } | undefined>(undefined);

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
    attempted.value = { encoder, count: embeddedCount.value };
    const { ids, features } = await computer.features(images.value.map(({ id }) => id));
    layout.value = ids.length < FEWEST ? undefined : { ids, encoder, ...(await layouter.project(features)) };
  } finally {
    layingOut.value = false;
  }
}

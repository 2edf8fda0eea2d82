import { computed, signal } from '@preact/signals';
import type { BadFile, StudioImage } from './studioImage.ts';

/** All open images, in the order in which they were opened. */
export const images = signal<readonly StudioImage[]>([]);
export const imageById = computed(() => new Map(images.value.map((image) => [image.id, image])));

/** Files that could not be opened. */
export const badFiles = signal<readonly BadFile[]>([]);

/** Files that were open already when they came again. */
export const repeatedFiles = signal<readonly string[]>([]);

/** How far opening is; nothing while no file is being opened. */
export const opening = signal<{ readonly done: number; readonly total: number } | undefined>(undefined);

/** The image that is looked at, in all views. */
export const selectedId = signal<string | undefined>(undefined);
export const selectedImage = computed(() => (selectedId.value === undefined ? undefined : imageById.value.get(selectedId.value)));

/** Looks at the image that lies so many further on, as far as there are any. */
export function selectBy(offset: number): void {
  const all = images.value;
  const at = all.findIndex(({ id }) => id === selectedId.value);
  selectedId.value = all[Math.min(all.length - 1, Math.max(0, (at < 0 ? 0 : at) + (at < 0 ? 0 : offset)))]?.id;
}

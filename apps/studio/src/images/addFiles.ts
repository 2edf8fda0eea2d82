import { report } from '../app/notices.ts';
import { enqueueEmbedding } from '../compute/embedding.ts';
import { preprocessing } from '../compute/computer.ts';
import type { Inspected, Refused } from '../decode/inspected.ts';
import { DECODERS, withDecoder } from '../decode/decoderPool.ts';
import { keepImage } from '../store/keepImage.ts';
import { sessionKey } from '../store/sessionKey.ts';
import { badFiles, images, opening, repeatedFiles, selectedId } from './images.ts';
import type { BadFile, IncomingFile, StudioImage } from './studioImage.ts';

/** Milliseconds. Images are shown as they come, but not more often than this: the page is not drawn anew for each, which costs as much as decoding it. */
const SHOW_EVERY = 200;

/** What became of files since it was last shown. */
interface Outcome {
  readonly images: StudioImage[];
  readonly bad: BadFile[];
  readonly repeated: string[];
  done: number;
}

const nothing = (): Outcome => ({ images: [], bad: [], repeated: [], done: 0 });
let waiting = nothing();
let timer: ReturnType<typeof setTimeout> | undefined;

function show(): void {
  clearTimeout(timer);
  timer = undefined;
  const { images: fresh, bad, repeated, done } = waiting;
  waiting = nothing();
  if (fresh.length > 0) {
    images.value = [...images.value, ...fresh].sort((a, b) => a.order - b.order);
    selectedId.value ??= images.value[0]?.id;
  }
  if (bad.length > 0) badFiles.value = [...badFiles.value, ...bad];
  if (repeated.length > 0) repeatedFiles.value = [...repeatedFiles.value, ...repeated];
  if (opening.value) opening.value = { ...opening.value, done: opening.value.done + done };
}

function take(part: Partial<Outcome>): void {
  waiting.images.push(...(part.images ?? []));
  waiting.bad.push(...(part.bad ?? []));
  waiting.repeated.push(...(part.repeated ?? []));
  waiting.done += part.done ?? 0;
  timer ??= setTimeout(show, SHOW_EVERY);
}

/** Opens files: decodes, shows, embeds and keeps each as it comes. Those that cannot be used are listed with the reason. */
export async function addFiles(files: readonly IncomingFile[]): Promise<void> {
  const key = await sessionKey();
  opening.value = { done: opening.value?.done ?? 0, total: (opening.value?.total ?? 0) + files.length };
  const next = files.values();
  await Promise.all(
    Array.from({ length: Math.min(DECODERS, files.length) }, async () => {
      for (const file of next) {
        await addFile(file, key).catch((error: Error) => take({ bad: [{ path: file.path, reason: error.message }] }));
        take({ done: 1 });
      }
    }),
  );
  show();
  if (opening.value && opening.value.done >= opening.value.total) opening.value = undefined;
}

let nextOrder = Date.now(); // above those of images that were kept

async function addFile({ path, file, truth, patient }: IncomingFile, key: Uint8Array<ArrayBuffer>): Promise<void> {
  const order = nextOrder++;
  const { value: prepared } = preprocessing;
  const result = await withDecoder(async (decoder): Promise<Inspected | Refused> => await decoder.inspect(file, { preprocessing: prepared, key }));
  if ('reason' in result) return take({ bad: [{ path, reason: result.reason }] });
  const { pixels, thumbnail, ...kept } = result;
  if (!claimFile(kept.id)) return take({ repeated: [path] });
  const image: StudioImage = { ...kept, path, order, file, thumbnail: URL.createObjectURL(thumbnail), ...(patient !== undefined && { patient }), ...(truth && { truth }) };
  take({ images: [image] });
  void enqueueEmbedding(image, { pixels, preprocessing: prepared });
  keepImage(image, thumbnail).catch(report);
}

const known = new Set<string>();

/** Marks a file as open. @returns Whether it was not. */
export function claimFile(id: string): boolean {
  const isNew = !known.has(id);
  known.add(id);
  return isNew;
}

/** Lets a file be opened again. */
export function releaseFile(id: string): void {
  known.delete(id);
}

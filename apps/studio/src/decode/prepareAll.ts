import type { Preprocessing } from '@cxr-ifa/checkpoint';
import { DECODERS, withDecoder } from './decoderPool.ts';

/** Prepares files that were read before for another encoder, several at a time, and hands over each as it is ready. */
export async function prepareAll(files: readonly { readonly id: string; readonly file: Blob }[], preprocessing: Preprocessing, take: (image: { readonly id: string; readonly pixels: Float32Array }) => void): Promise<void> {
  const next = files.values();
  const work = async (): Promise<void> => {
    for (const { id, file } of next) take({ id, pixels: await withDecoder((decoder) => decoder.prepare(file, preprocessing)) });
  };
  await Promise.all(Array.from({ length: DECODERS }, work));
}

import { transfer } from 'comlink';
import { withDecoder } from '../decode/decoderPool.ts';

/** Packs files into one in a worker, as the page would stand still over an encoder of many megabytes. The files' bytes go there with their memory: they are gone here. */
export function zipFiles(files: Readonly<Record<string, Uint8Array>>): Promise<Uint8Array> {
  return withDecoder((worker) => worker.zip(transfer(files, [...new Set(Object.values(files).map(({ buffer }) => buffer as ArrayBuffer))])));
}

import type { Preprocessing } from '@cxr-ifa/checkpoint';
import { expose, transfer } from 'comlink';
import { inspectFile, type InspectOptions } from './inspectFile.ts';
import type { Inspected, Refused } from './inspected.ts';
import { makePhantoms, type PhantomFile, type PhantomOptions } from './makePhantoms.ts';
import { prepareFile } from './prepareFile.ts';

/** What a decoding worker does. */
const decoder = {
  async inspect(file: Blob, options: InspectOptions): Promise<Inspected | Refused> {
    const result = await inspectFile(file, options);
    return 'reason' in result ? result : transfer(result, [result.pixels.buffer as ArrayBuffer]);
  },
  async prepare(file: Blob, preprocessing: Preprocessing): Promise<Float32Array> {
    const pixels = await prepareFile(file, preprocessing);
    return transfer(pixels, [pixels.buffer as ArrayBuffer]);
  },
  phantoms: (options: PhantomOptions, take: (phantom: PhantomFile) => Promise<void>): Promise<void> => makePhantoms(options, take),
};

export type Decoder = typeof decoder;

expose(decoder);

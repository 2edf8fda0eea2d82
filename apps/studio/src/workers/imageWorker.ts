import type { Preprocessing } from '@cxr-ifa/checkpoint';
import type { Features } from '@cxr-ifa/heads/classification';
import { projectFeatures, type Projection } from '@cxr-ifa/metrics';
import { createRng } from '@cxr-ifa/tensor';
import { transfer } from 'comlink';
import { zipSync } from 'fflate';
import { inspectFile, type InspectOptions } from '../decode/inspectFile.ts';
import type { Inspected, Refused } from '../decode/inspected.ts';
import { makePhantoms, type PhantomFile, type PhantomOptions } from '../decode/makePhantoms.ts';
import { prepareFile } from '../decode/prepareFile.ts';
import { ImageView } from '../viewer/imageView.ts';

const SEED = 1;

/** All that is done without TensorFlow.js. Several of them run, each with a task of its own: some decode, one draws the viewer, one lays out the map. */
export class ImageWorker extends ImageView {
  async inspect(file: Blob, options: InspectOptions): Promise<Inspected | Refused> {
    const result = await inspectFile(file, options);
    return 'reason' in result ? result : transfer(result, [result.pixels.buffer as ArrayBuffer]);
  }

  async prepare(file: Blob, preprocessing: Preprocessing): Promise<Float32Array> {
    const pixels = await prepareFile(file, preprocessing);
    return transfer(pixels, [pixels.buffer as ArrayBuffer]);
  }

  phantoms(options: PhantomOptions, take: (phantom: PhantomFile) => Promise<void>): Promise<void> {
    return makePhantoms(options, take);
  }

  /** Packs files into one, without compressing them. */
  zip(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
    const packed = zipSync(files, { level: 0 });
    return transfer(packed, [packed.buffer as ArrayBuffer]);
  }

  project(features: Features): Projection {
    return projectFeatures(features, createRng(SEED));
  }
}

import { phantomSet } from '@cxr-ifa/phantom';
import { createRng } from '@cxr-ifa/tensor';
import { grayPicture } from './grayPicture.ts';

/** A phantom as a file, with what is known of it by construction. */
export interface PhantomFile {
  readonly name: string;
  readonly file: Blob;
  readonly patient: string;
  readonly findings: Readonly<Record<string, 0 | 1>>;
}

/** Which phantoms. */
export interface PhantomOptions {
  readonly seed: number;
  readonly count: number;
  /** Pixels a side. */
  readonly size: number;
}

/** Computes phantoms and gives each away as a PNG file as soon as it is made: from there on they are treated as any other file. */
export async function makePhantoms({ seed, ...options }: PhantomOptions, take: (phantom: PhantomFile) => Promise<void>): Promise<void> {
  for (const { name, patient, image, findings } of phantomSet({ rng: createRng(seed), prevalence: 0.25, ...options })) {
    const file = await grayPicture({ ...image, data: image.data.map((level) => level / 255), range: [0, 1] }, 'image/png');
    await take({ name: `phantom-${name}.png`, file, patient, findings });
  }
}

import { readFile } from 'node:fs/promises';
import { InputError } from '@cxr-ifa/tensor';
import { z } from 'zod';
import { writeJson } from '../run/runDirectory.ts';

const count = z.int().nonnegative();

/** What `data split` writes beside a manifest: where it comes from, and how its patients were named. */
const schema = z.object({
  format: z.literal('cxr-ifa-split-1'),
  /** The folder that the manifest's paths begin at, from the manifest's own. */
  root: z.string(),
  source: z.string(),
  /** Hash of which image is in which split: two metrics with the same one were measured on the same images. */
  splitHash: z.string(),
  patients: z.enum(['ids', 'pseudonyms', 'unknown']),
  /** The key of the pseudonyms, in hexadecimal: whoever has it can test whether an id is among them. */
  salt: z.string().regex(/^[0-9a-f]{64}$/).nullable(),
  splits: z.record(z.string(), z.object({ images: count, patients: count.nullable() })),
  read: count,
  dropped: z.array(z.looseObject({ reason: z.string(), count })),
  unmatched: z.array(z.looseObject({ what: z.string(), count })),
});
export type SplitFile = z.output<typeof schema>;

/** The file beside a manifest. */
export const splitFileOf = (manifest: string): string => `${manifest}.json`;

export async function writeSplitFile(manifest: string, content: SplitFile): Promise<void> {
  await writeJson(splitFileOf(manifest), content);
}

/**
 * Reads what stands beside a manifest.
 *
 * @returns `undefined` where there is none: the manifest was not made by `data split`.
 * @throws {InputError} If it is damaged.
 */
export async function readSplitFile(manifest: string): Promise<SplitFile | undefined> {
  const content = await readFile(splitFileOf(manifest), 'utf8').catch(() => undefined);
  if (content === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(content));
  } catch (error) {
    throw new InputError(`Cannot read ${splitFileOf(manifest)} as it is damaged or of another version: make the manifest anew with cxr-ifa data split`, { cause: error });
  }
}

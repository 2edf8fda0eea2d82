import { readCheckpoint } from '../../run/checkpointFile.ts';
import { hashFile } from '../../run/hashFile.ts';
import { UsageError } from '../../usageError.ts';

/** A perceptual encoder to compare. */
export interface PerceptualRow {
  readonly name: string;
  /** `none`, `random`, or a run or checkpoint. */
  readonly encoder: string;
  /** What it is, whatever its name and path: equal keys see the same. */
  readonly key: string;
}

/** What no row may be called, as floors are. */
export const FLOORS = { mean: 'mean image', start: 'start' } as const;

/**
 * Reads `--perceptual`: none, random, or NAME=PATH.
 *
 * @param options What a random encoder is made of.
 * @throws {UsageError} If one has no name, or two have the same.
 * @throws {InputError} If a checkpoint cannot be read.
 */
export async function perceptualRows(given: readonly string[], options: { readonly arch: string; readonly width: number; readonly seed: number }): Promise<PerceptualRow[]> {
  const rows: PerceptualRow[] = [];
  for (const text of given) {
    const at = text.indexOf('=');
    const [name, encoder] = at < 0 ? [text, text] : [text.slice(0, at), text.slice(at + 1)];
    const isBuiltIn = encoder === 'none' || encoder === 'random';
    if (name === '' || encoder === '' || (at < 0 && !isBuiltIn)) throw new UsageError(`Cannot compare perceptual encoders without names: give --perceptual NAME=${encoder || 'RUN'}, random or none`);
    if (rows.some((row) => row.name === name)) throw new UsageError(`Cannot compare perceptual encoders of the same name: ${name} appears twice`);
    if (Object.values<string>(FLOORS).includes(name)) throw new UsageError(`Cannot call a perceptual encoder ${name} as a floor is called so: choose another name`);
    const key = encoder === 'none' ? 'none' : encoder === 'random' ? `random ${options.seed} ${options.arch} ${options.width}` : await hashFile((await readCheckpoint(encoder)).path);
    rows.push({ name, encoder, key });
  }
  return rows;
}

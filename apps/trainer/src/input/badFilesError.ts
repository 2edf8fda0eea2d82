import { InputError } from '@cxr-ifa/tensor';

const NAMED = 10;

/** A file that cannot be used, and why. */
export interface BadFile {
  readonly path: string;
  readonly reason: string;
}

/** The first few bad files with their reasons, in one line. */
export function listBadFiles(bad: readonly BadFile[]): string {
  const named = bad.slice(0, NAMED).map(({ path, reason }) => `${path} (${reason})`);
  return named.join('; ') + (bad.length > named.length ? `; and ${bad.length - named.length} more` : '');
}

/** An error that lists bad files: as long as their reasons, each of which is a sentence of its own. */
export function badFilesError(message: string): InputError {
  return new InputError(message, { maximumLength: 1000 * (NAMED + 1) });
}

import { basename } from 'node:path';

/** The last part of each path, or the whole of it where two would be called the same. */
export function shortNames(paths: readonly string[]): string[] {
  const names = paths.map((path) => basename(path));
  return new Set(names).size === names.length ? names : [...paths];
}

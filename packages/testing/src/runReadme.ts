import { mkdirSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { readmeExamples } from './readmeExamples.ts';

/**
 * Runs the n-th ```ts block of a package's README as a module and returns what it exports, so that no example rots.
 *
 * @param packageFolder The package's folder as a URL, such as `new URL('..', import.meta.url)` from its `src`.
 */
export async function runReadme(packageFolder: URL, index = 0): Promise<Record<string, unknown>> {
  const example = readmeExamples(new URL('README.md', packageFolder))[index];
  if (example === undefined) throw new Error(`the README has no example ${index}`);
  const folder = new URL('.reports/', packageFolder);
  mkdirSync(folder, { recursive: true });
  const file = new URL(`readme-${index}.ts`, folder);
  writeFileSync(file, example);
  return (await import(/* @vite-ignore */ pathToFileURL(file.pathname).href)) as Record<string, unknown>;
}

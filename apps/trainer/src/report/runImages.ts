import { join } from 'node:path';
import { z } from 'zod';
import { openImageCache, type ImageCache } from '../input/imageCache.ts';
import { CACHE_FOLDER } from '../run/runDirectory.ts';
import type { Available } from './renderReport.ts';

const cardSchema = z.looseObject({ data: z.looseObject({ path: z.string(), hash: z.string(), cache: z.string() }) });

/**
 * Finds the prepared images that a run was made with: in the run, in the cache that it named, or in its data where those were prepared images.
 * Only images that are the same, by their hash, are shown.
 */
export async function runImages(run: string, config: Readonly<Record<string, unknown>>, card: Readonly<Record<string, unknown>>): Promise<Available<ImageCache>> {
  const parsed = cardSchema.safeParse(card);
  if (!parsed.success) return { missing: 'the run card does not say which images the run was made with' };
  const { path, hash, cache } = parsed.data.data;
  const name = cache.slice(0, 16);
  const folders = [join(run, CACHE_FOLDER, name), ...(typeof config['cache'] === 'string' ? [join(config['cache'], name)] : []), path];
  for (const folder of folders) {
    const found = await openImageCache(folder);
    if (found?.manifest.dataHash === hash) return found;
  }
  return { missing: "the run's prepared images are not where they were" };
}

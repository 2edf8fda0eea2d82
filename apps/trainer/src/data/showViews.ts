import { join } from 'node:path';
import { createRng, InputError, type GrayImage, type Rng } from '@cxr-ifa/tensor';
import { createAugmentation, IDENTITY_GEOMETRY, type View } from '@cxr-ifa/transforms';
import manifest from '../../package.json' with { type: 'json' };
import type { CommandContext } from '../commands/command.ts';
import { openImageCache, readCachedImage } from '../input/imageCache.ts';
import { preparationOf } from '../input/preparation.ts';
import { prepareImage, type PrepareResult } from '../input/prepareImage.ts';
import { readRecords } from '../input/readRecords.ts';
import type { ViewsOptions } from '../options/viewsOptions.ts';
import { html } from '../report/html.ts';
import { renderPage } from '../report/renderPage.ts';
import { viewRows, type ShownView, type ViewRow } from '../report/viewRows.ts';
import { atomicWrite } from '../run/atomicWrite.ts';
import { requireArithmetic } from '../run/requireArithmetic.ts';

/** Images by their names, prepared one at a time. */
interface Images {
  readonly names: readonly string[];
  readonly size: number;
  read(index: number): PrepareResult | Promise<PrepareResult>;
}

/**
 * Writes a page of some images beside their query and key views.
 *
 * @throws {InputError} If none of the images can be used.
 * @throws {UsageError} If the augmentation has no 8-bit arithmetic.
 */
export async function showViews(options: ViewsOptions, { terminal }: CommandContext): Promise<void> {
  requireArithmetic(options);
  const { augment, augmentArithmetic, query, rows: count, seed, out, data } = options;
  const { names, size, read } = await openData(options);
  const rng = createRng(seed);
  const rows: ViewRow[] = [];
  let bad = 0;
  for (const index of rng.fork('shown images').permutation(names.length)) {
    if (rows.length === count) break;
    const result = await read(index);
    if ('reason' in result) {
      terminal.print(`Left out ${names[index]}: ${result.reason}`);
      bad++;
    } else rows.push(drawRow(names[index] as string, { data: result.pixels, width: size, height: size, range: [0, 1] }, options, rng.fork('view', 0, index)));
  }
  if (rows.length === 0) throw new InputError(`Cannot show views of ${data} as none of its ${bad} images can be used`);
  const page = renderPage({
    title: `Views of ${data}`,
    program: `cxr-ifa ${manifest.version}`,
    body: html`<p>Each image as it is prepared (${size} pixels), and the two views that a training step draws from it with <code>--augment ${augment} --augment-arithmetic ${augmentArithmetic} --query ${query} --seed ${seed}</code>, with the operations that were drawn, in order.
The lines are those of a grid over the image, moved as its pixels were; where they end inside a view, the view shows the image mirrored at its border.
Where a view no longer shows what a reader would need, the augmentation is too strong.</p>
${viewRows(rows)}`,
  });
  await atomicWrite(out, page);
  terminal.print(`${rows.length} images with their views are in ${out}`);
}

/** Prepared images, or files that are prepared as they are needed. */
async function openData(options: ViewsOptions): Promise<Images> {
  const cache = await openImageCache(options.data);
  if (cache) return { names: cache.manifest.images, size: cache.manifest.preparation.imageSize, read: (index) => ({ pixels: readCachedImage(cache.locate(index)), deep: false }) };
  const { records, root } = await readRecords(options);
  return { names: records.map(({ path }) => path), size: options.imageSize, read: (index) => prepareImage({ path: join(root, records[index]?.path as string), ...preparationOf(options) }) };
}

function drawRow(name: string, image: GrayImage, { augment, augmentArithmetic, query }: ViewsOptions, rng: Rng): ViewRow {
  const augmentation = createAugmentation(augment, { arithmetic: augmentArithmetic });
  const original: View = { image, geometry: IDENTITY_GEOMETRY, operations: [] };
  const shown = ({ image: { data, width, height }, geometry, operations }: View): ShownView => ({ picture: { pixels: data, width, height }, geometry, operations });
  return { name, original: shown(original), query: shown(query === 'clean' ? original : augmentation(image, rng.fork('query'))), key: shown(augmentation(image, rng.fork('key'))) };
}

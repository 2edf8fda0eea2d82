import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import type { ImageSelection } from '../input/readRecords.ts';
import type { WorkerPool } from '../input/workerPool.ts';
import { qualityPage, type ConcernedImage } from '../report/qualityPage.ts';
import { renderPage } from '../report/renderPage.ts';
import { atomicWrite } from '../run/atomicWrite.ts';
import type { ImageFacts, UsableImage } from './inspectImage.ts';
import type { QualityReview } from './reviewImages.ts';

/** Pictures of each concern, and their side in pixels. */
const SHOWN = 12;
const SIDE = 128;

/** What {@link writeQualityPage} works with. */
export interface QualityPageOptions {
  readonly path: string;
  readonly title: string;
  readonly selection: ImageSelection;
  readonly facts: readonly ImageFacts[];
  readonly review: QualityReview;
  /** The same facts that are printed. */
  readonly described: readonly (readonly [name: string, value: string])[];
  readonly clipPercentile: number;
  readonly pool: WorkerPool;
}

/** Writes the page about a data set; the images that it shows are read once more. */
export async function writeQualityPage({ path, title, selection, facts, review, described, clipPercentile, pool }: QualityPageOptions): Promise<void> {
  const show = async (index: number, measure: string): Promise<ConcernedImage[]> => {
    const name = selection.records[index]?.path as string;
    const prepared = await pool.run('prepare', { path: join(selection.root, name), imageSize: SIDE, clipPercentile, aspect: 'pad' });
    return 'reason' in prepared ? [] : [{ path: name, measure, picture: { pixels: prepared.pixels, width: SIDE, height: SIDE } }];
  };
  const galleries: ConcernedImage[][] = [];
  for (const { images } of review.concerns) galleries.push((await Promise.all(images.slice(0, SHOWN).map(({ index, measure }) => show(index, measure)))).flat());
  const usable = facts.filter((fact): fact is UsableImage => !('reason' in fact));
  const measures = { mean: usable.map(({ mean }) => mean), contrast: usable.map(({ quality }) => quality.contrast), padding: usable.map(({ quality }) => quality.padding) };
  await atomicWrite(path, renderPage({ title, program: `cxr-ifa ${manifest.version}`, body: qualityPage({ facts: described, images: usable.length, review, galleries, measures }) }));
}

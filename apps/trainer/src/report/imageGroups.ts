import { measureQuality, reviewOrientation } from '@cxr-ifa/datasets';
import { shrink } from '../data/makeThumbnail.ts';
import { readCachedImage } from '../input/imageCache.ts';
import type { EncodedSample } from './encodeSample.ts';

/** What a map's colours say of each image. */
export interface ImageGroups {
  /** What the groups are by, in words. */
  readonly by: string;
  /** The groups' names; the last is that of images of which there is nothing to say, and is drawn in grey. */
  readonly names: readonly string[];
  /** Of each image, the position of its group in `names`. */
  readonly of: readonly number[];
}

/** More colours are not told apart. */
const MOST_FINDINGS = 6;

/** Groups a sample's images by their findings where labels are known, and by what a look without labels finds questionable otherwise. */
export function imageGroups(sample: Pick<EncodedSample, 'images' | 'cache'>): ImageGroups {
  return sample.images.some(({ findings }) => findings !== undefined) ? byFinding(sample.images) : byQuality(sample);
}

function byFinding(images: EncodedSample['images']): ImageGroups {
  const counts = new Map<string, number>();
  for (const finding of images.flatMap(({ findings = [] }) => findings)) counts.set(finding, (counts.get(finding) ?? 0) + 1);
  const frequent = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, MOST_FINDINGS).map(([finding]) => finding);
  const several = 'several findings, or a rarer one';
  const names = [...frequent, several, 'no known finding'];
  const groupOf = (findings: readonly string[] = []): string => (findings.length === 0 ? 'no known finding' : findings.length === 1 && frequent.includes(findings[0] as string) ? (findings[0] as string) : several);
  return present({ by: 'known findings, which the encoder has never seen', names, of: images.map(({ findings }) => names.indexOf(groupOf(findings))) });
}

/** Orientation against the other images first, then border and letters: an image has one colour. */
function byQuality({ images, cache }: Pick<EncodedSample, 'images' | 'cache'>): ImageGroups {
  const { imageSize } = cache.manifest.preparation;
  const prepared = images.map(({ index }) => ({ data: readCachedImage(cache.locate(index)), width: imageSize, height: imageSize, range: [0, 1] as const }));
  const thumbnails = prepared.map(shrink);
  const { verdicts } = reviewOrientation(Uint8Array.from(thumbnails.flatMap((thumbnail) => [...thumbnail])));
  const concerns = prepared.map((image, position) => {
    const { padding, markers } = measureQuality(image);
    return verdicts[position] ?? (padding > 0.1 ? 'padded' : markers > 0 ? 'marked' : 'nothing found');
  });
  const names = ['inverted', 'rotated', 'unlike the others', 'asymmetric', 'padded', 'marked', 'nothing found'];
  return present({ by: 'what a look at the prepared pixels finds questionable, as no labels are known (cxr-ifa data inspect explains it)', names, of: concerns.map((concern) => names.indexOf(concern)) });
}

/** Leaves out the groups that no image is in, but for the last. */
function present({ by, names, of }: ImageGroups): ImageGroups {
  const kept = names.map((_, group) => group).filter((group) => group === names.length - 1 || of.includes(group));
  return { by, names: kept.map((group) => names[group] as string), of: of.map((group) => kept.indexOf(group)) };
}

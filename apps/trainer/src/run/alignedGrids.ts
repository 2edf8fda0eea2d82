import type { Encoder } from '@cxr-ifa/tensor';
import type { GridSize } from '@cxr-ifa/transforms';
import type { PretrainOptions } from '../options/pretrainOptions.ts';
import { UsageError } from '../usageError.ts';
import { intermediateOf } from './intermediateOf.ts';

type AlignmentOptions = Pick<PretrainOptions, 'ifa' | 'ifaTerms' | 'align' | 'imageSize'>;

/** Whether key maps are warped onto the query's grid before they are compared. */
export function isAligned({ ifa, align }: Pick<AlignmentOptions, 'ifa' | 'align'>): boolean {
  return align || ifa === 'aligned';
}

/**
 * The grids of the stages with an IFA term, on which views are to be aligned; none where they are not.
 *
 * @throws {UsageError} If there is nothing to align, or the cells of a stage do not divide the images evenly: they are then no regular grid over the view.
 */
export function alignedGrids(options: AlignmentOptions, encoder: Encoder): Record<string, GridSize> | undefined {
  if (!isAligned(options)) return undefined;
  const { ifa, imageSize } = options;
  const stages = intermediateOf(options).ifa.map(({ stage }) => stage);
  if (stages.length === 0) throw new UsageError(`Cannot align views without an IFA loss to compare them by: current --ifa is ${ifa}; leave out --align, or choose another --ifa`);
  const used = encoder.stages.filter(({ name }) => stages.includes(name));
  const largest = Math.max(...used.map(({ stride }) => stride));
  if (imageSize % largest !== 0) {
    const [below, above] = [Math.floor(imageSize / largest) * largest, Math.ceil(imageSize / largest) * largest];
    throw new UsageError(`Cannot align views as the image's side must be a multiple of the stride ${largest}: current --image-size is ${imageSize}, choose ${below > 0 ? `${below} or ` : ''}${above}`);
  }
  return Object.fromEntries(used.map(({ name, stride }) => [name, { height: imageSize / stride, width: imageSize / stride }]));
}

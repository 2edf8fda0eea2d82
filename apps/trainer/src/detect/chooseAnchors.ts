import { chooseAnchorSize, type AnchorFit } from '@cxr-ifa/heads/detection';
import type { Encoder } from '@cxr-ifa/tensor';

/** The anchors of a detector, and the stages of the encoder that they are on. */
export interface ChosenAnchors extends AnchorFit {
  /** Finest first. */
  readonly stages: readonly string[];
  /** Pixels between the finest anchors. */
  readonly finestStride: number;
}

/** RetinaNet's finest stride, and the one that is tried where its anchors miss too many boxes. */
const STRIDES = [8, 4];
/** The share of boxes that is enough. */
const ENOUGH = 0.9;

/**
 * Chooses anchors by the boxes of the training images: RetinaNet's pyramid where its anchors reach nine boxes of ten, and one level more where that reaches more.
 *
 * @param boxes Boxes of the training images, [n * 4].
 * @param options The side of the images; what the user chose is not chosen again.
 */
export function chooseAnchors({ stages }: Encoder, boxes: Float32Array, { imageSize, anchorSize, finestStride }: { readonly imageSize: number; readonly anchorSize?: number | undefined; readonly finestStride?: number | undefined }): ChosenAnchors {
  const tries = (finestStride === undefined ? STRIDES : [finestStride]).map((finest): ChosenAnchors => {
    const used = stages.filter(({ stride }, i) => stride >= finest && stages[i + 1]?.stride !== stride); // the last of each stride
    const strides = used.map(({ stride }) => stride);
    const coarsest = strides.at(-1) as number;
    const fit = chooseAnchorSize(boxes, { imageSize: [imageSize, imageSize], strides: [...strides, 2 * coarsest, 4 * coarsest], ...(anchorSize !== undefined && { sizes: [anchorSize] }) });
    return { ...fit, stages: used.map(({ name }) => name), finestStride: finest };
  });
  return tries.reduce((best, next) => (best.covered < ENOUGH && next.covered > best.covered ? next : best));
}

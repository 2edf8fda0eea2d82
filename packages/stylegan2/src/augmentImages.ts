import { add, matMul, mul, reshape, tensor3d, tensor4d, tidy, transpose, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import type { Rng } from '@cxr-ifa/tensor';
import type { Augment } from './adversarialTrainingOptions.ts';

/** Deviations and sizes of Karras et al., table 1 of the appendix; rotation is left out. */
const BRIGHTNESS = 0.2;
const CONTRAST = 0.5;
const SCALE = 0.2;
const SHIFT = 0.125;
const CUTOUT = 0.5;

/**
 * Augmentation of what a discriminator sees: mirroring, whole-pixel and fractional shifts, scaling (of both axes together, and of one against the other), brightness,
 * contrast, and cutout, each with the given probability in each image. A geometric change along the axes is a matrix of interpolation weights for the rows and one for
 * the columns, so that all of it is products and sums and can be differentiated as often as need be. Borders repeat.
 *
 * Images of a generator are augmented as the real ones are, and therefore do not come to look augmented while the probability stays under about 0.8.
 *
 * @param images Images from -1 to 1, [N, H, W, C]; borrowed.
 * @param options The probability of each change, and `rng`, which advances.
 * @returns Augmented images, [N, H, W, C].
 * @see Karras et al. 2020, Training Generative Adversarial Networks with Limited Data, section 2.2 and appendix B
 *
 * @example
 * ```ts
 * const training = new AdversarialTraining({ generator, discriminator, rng, augment: augmentImages });
 * ```
 */
export const augmentImages: Augment = (images, { probability, rng }) =>
  tidy(() => (probability > 0 ? cutOut(recolour(deform(images, probability, rng), probability, rng), probability, rng) : images.clone()));

/** Where each output pixel lies along one axis of the input: scale and shift in pixels about the centre. */
interface AxisMap {
  readonly scale: number;
  readonly shift: number;
}

function deform(images: Tensor4D, probability: number, rng: Rng): Tensor4D {
  const [batch, height, width, channels] = images.shape;
  const maps = Array.from({ length: batch }, () => drawAxisMaps(rng, probability, height, width));
  const rows = interpolation(maps.map(({ rows: map }) => map), height); // [N, H, H]
  const columns = interpolation(maps.map(({ columns: map }) => map), width); // [N, W, W]
  const shifted = matMul(rows, reshape(images, [batch, height, width * channels])); // [N, H, W C]
  const turned = transpose(reshape(shifted, [batch, height, width, channels]), [0, 2, 1, 3]); // [N, W, H, C]
  const both = matMul(columns, reshape(turned, [batch, width, height * channels])); // [N, W, H C]
  return transpose(reshape(both, [batch, width, height, channels]), [0, 2, 1, 3]) as Tensor4D; // [N, H, W, C]
}

function drawAxisMaps(rng: Rng, probability: number, height: number, width: number): { rows: AxisMap; columns: AxisMap } {
  const chosen = (): boolean => rng.uniform() < probability;
  const mirror = chosen() && rng.uniform() < 0.5 ? -1 : 1;
  const whole = chosen() ? [rng.uniform(-SHIFT, SHIFT), rng.uniform(-SHIFT, SHIFT)] : [0, 0];
  const size = chosen() ? 2 ** (SCALE * rng.normal()) : 1;
  const aspect = chosen() ? 2 ** (SCALE * rng.normal()) : 1;
  const fraction = chosen() ? [SHIFT * rng.normal(), SHIFT * rng.normal()] : [0, 0];
  const shift = (axis: 0 | 1, side: number): number => Math.round((whole[axis] as number) * side) + (fraction[axis] as number) * side;
  return { rows: { scale: size * aspect, shift: shift(0, height) }, columns: { scale: (mirror * size) / aspect, shift: shift(1, width) } };
}

/** Linear interpolation along one axis as a matrix [N, side, side]: row i holds the weights of the pixels that output pixel i is made of. */
function interpolation(maps: readonly AxisMap[], side: number): Tensor3D {
  const weights = new Float32Array(maps.length * side * side);
  const centre = (side - 1) / 2;
  for (const [image, { scale, shift }] of maps.entries()) {
    for (let to = 0; to < side; to++) {
      const from = Math.min(side - 1, Math.max(0, (to - centre) / scale + centre - shift));
      const below = Math.min(side - 2, Math.floor(from));
      const start = (image * side + to) * side + below;
      weights[start] = 1 - (from - below);
      weights[start + 1] = from - below;
    }
  }
  return tensor3d(weights, [maps.length, side, side]);
}

/** Contrast about the middle grey, then brightness. */
function recolour(images: Tensor4D, probability: number, rng: Rng): Tensor4D {
  const [batch] = images.shape;
  const perImage = (draw: () => number): Tensor4D => tensor4d(Float32Array.from({ length: batch }, draw), [batch, 1, 1, 1]);
  const brightness = perImage(() => (rng.uniform() < probability ? BRIGHTNESS * rng.normal() : 0));
  const contrast = perImage(() => (rng.uniform() < probability ? 2 ** (CONTRAST * rng.normal()) : 1));
  return add(mul(images, contrast), brightness);
}

/** A square of half the side becomes middle grey. */
function cutOut(images: Tensor4D, probability: number, rng: Rng): Tensor4D {
  const [batch, height, width] = images.shape;
  const mask = new Float32Array(batch * height * width).fill(1);
  for (let image = 0; image < batch; image++) {
    if (rng.uniform() >= probability) continue;
    const [row, column] = [rng.uniform() * height, rng.uniform() * width];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        if (Math.abs(y + 0.5 - row) < (CUTOUT * height) / 2 && Math.abs(x + 0.5 - column) < (CUTOUT * width) / 2) mask[(image * height + y) * width + x] = 0;
      }
    }
  }
  return mul(images, tensor4d(mask, [batch, height, width, 1]));
}

import { add, mean, mul, ones, reshape, sqrt, square, sub, type Tensor2D, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';

const EPSILON = 1e-8;

/**
 * How much the images of a group differ: the deviation over the group, averaged over positions and channels, as one more map. With it a discriminator notices
 * when a generator draws the same image over and over. Image n belongs to group n modulo the number of groups.
 *
 * @param x Maps, [N, H, W, C].
 * @param groupSize Images of a group, G; divides N.
 * @returns The deviation of each image's group at every position, [N, H, W, 1].
 * @throws {RangeError} If the group size does not divide the batch.
 * @see Karras et al. 2018, Progressive Growing of GANs, section 3
 */
export function minibatchDeviation(x: Tensor4D, groupSize: number): Tensor4D {
  const [batch, height, width, channels] = x.shape;
  if (batch % groupSize !== 0) throw new RangeError(`Cannot compare the images of a batch as its groups of ${groupSize} must divide it: current size is ${batch}`);
  const groups = batch / groupSize;
  const grouped: Tensor3D = reshape(x, [groupSize, groups, height * width * channels]);
  const centred: Tensor3D = sub(grouped, mean(grouped, 0, true));
  const deviation: Tensor2D = sqrt(add<Tensor2D>(mean(square(centred), 0), EPSILON)); // [groups, H W C]
  const level = reshape(mean(deviation, 1), [1, groups, 1]);
  return reshape(mul(level, ones([groupSize, groups, height * width])), [batch, height, width, 1]);
}

import { add, conv2d, mul, reshape, slice, tidy, type Tensor1D, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import { assertShape, type Parameters } from '@cxr-ifa/tensor';
import type { DiscriminatorPlan } from './createDiscriminator.ts';
import { equalisedLinear } from './equalisedLinear.ts';
import { leakyRelu } from './leakyRelu.ts';
import { minibatchDeviation } from './minibatchDeviation.ts';
import { requireTensor } from './requireTensor.ts';
import { blur, downsample } from './resample.ts';

/** The discriminator: images [N, resolution, resolution, C] to scores [N]. */
export function scoreImages({ blocks, resolution, imageChannels, architecture, groupSize }: DiscriminatorPlan, parameters: Parameters, images: Tensor4D): Tensor1D {
  const { N: batch } = assertShape('score images', { images: [images, ['N', resolution, resolution, imageChannels]] }) as { N: number };
  return tidy(() => {
    let image = images;
    const read = (side: number): Tensor4D => leakyRelu(convolve(parameters, `b${side}.fromrgb`, image)); // [N, side, side, channels]
    let maps = read(resolution);
    for (const { resolution: side } of blocks.slice(1).reverse()) {
      const name = `b${side}`;
      if (architecture === 'residual') maps = residualBlock(parameters, name, maps);
      else {
        image = downsample(image);
        maps = add(plainBlock(parameters, name, maps, 1), read(side / 2));
      }
    } // [N, 4, 4, C]
    const y = leakyRelu(convolveWithSpread(parameters, 'b4.conv', maps, minibatchDeviation(maps, Math.min(groupSize, batch)))); // [N, 4, 4, C]
    const hidden: Tensor2D = leakyRelu(equalisedLinear(parameters, 'b4.fc', reshape(y, [batch, -1]), { gain: Math.SQRT2 })); // [N, C]
    return reshape(equalisedLinear(parameters, 'b4.out', hidden), [batch]);
  });
}

function plainBlock(parameters: Parameters, name: string, x: Tensor4D, gain: number): Tensor4D {
  const y = leakyRelu(convolve(parameters, `${name}.conv0`, x));
  return leakyRelu(convolve(parameters, `${name}.conv1`, y, { down: true, gain: gain * Math.SQRT2 }));
}

/** The sum of two maps has the variance of one. */
function residualBlock(parameters: Parameters, name: string, x: Tensor4D): Tensor4D {
  const filter = requireTensor<Tensor4D>(parameters, `${name}.skip.weight`);
  const shortcut = conv2d(downsample(x), mul<Tensor4D>(filter, Math.SQRT1_2 / Math.sqrt(filter.shape[2])), 1, 'same');
  return add(plainBlock(parameters, name, x, Math.SQRT1_2), shortcut);
}

/** An equalised convolution with bias; with `down` low-passed and of stride 2. By default it carries the gain of the leaky ReLU behind it. */
function convolve(parameters: Parameters, name: string, x: Tensor4D, { down = false, gain = Math.SQRT2 }: { readonly down?: boolean; readonly gain?: number } = {}): Tensor4D {
  const filter = requireTensor<Tensor4D>(parameters, `${name}.weight`);
  const [height, width, inputs] = filter.shape;
  const weight: Tensor4D = mul(filter, gain / Math.sqrt(height * width * inputs));
  const y = down ? conv2d(blur(x, { padding: 2 }), weight, 2, 'valid') : conv2d(x, weight, 1, 'same');
  return add(y, mul(requireTensor<Tensor1D>(parameters, `${name}.bias`), gain));
}

/** The convolution of maps with one more map behind them, as the sum of two: joining them would cost a copy, and their parting on the way back more. */
function convolveWithSpread(parameters: Parameters, name: string, maps: Tensor4D, spread: Tensor4D): Tensor4D {
  const filter = requireTensor<Tensor4D>(parameters, `${name}.weight`); // [3, 3, C + 1, C]
  const [height, width, inputs] = filter.shape;
  const weight: Tensor4D = mul(filter, Math.SQRT2 / Math.sqrt(height * width * inputs));
  const part = (x: Tensor4D, from: number): Tensor4D => conv2d(x, slice(weight, [0, 0, from, 0], [-1, -1, x.shape[3], -1]), 1, 'same');
  return add(add<Tensor4D>(part(maps, 0), part(spread, inputs - 1)), mul(requireTensor<Tensor1D>(parameters, `${name}.bias`), Math.SQRT2));
}

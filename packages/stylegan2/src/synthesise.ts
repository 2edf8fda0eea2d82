import { add, broadcastTo, conv2d, expandDims, mul, reshape, slice, tidy, type Scalar, type Tensor1D, type Tensor2D, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import { assertShape, type Parameters, type SynthesiseOptions } from '@cxr-ifa/tensor';
import type { GeneratorPlan } from './createGenerator.ts';
import { equalisedLinear } from './equalisedLinear.ts';
import { leakyRelu } from './leakyRelu.ts';
import { modulatedConvolution } from './modulatedConvolution.ts';
import { requireTensor } from './requireTensor.ts';
import { upsample } from './resample.ts';

/** What one layer draws with. */
interface LayerInput {
  readonly w: Tensor2D;
  readonly noise?: Tensor4D | undefined;
  readonly up?: boolean;
  readonly gain?: number;
}

/** The synthesis network: w+ [N, L, D] to images [N, resolution, resolution, C]. A block's convolutions take a w each, its image takes the next block's first. */
export function synthesise(plan: GeneratorPlan, parameters: Parameters, latents: Tensor3D, { noise }: SynthesiseOptions): Tensor4D {
  const { blocks, latentSize, architecture } = plan;
  const action = 'synthesise images';
  const { N: batch } = assertShape(action, { latents: [latents, ['N', 2 * blocks.length, latentSize]] }) as { N: number };
  checkNoise(action, plan, batch, noise);
  return tidy(() => {
    const w = (index: number): Tensor2D => reshape(slice(latents, [0, index, 0], [-1, 1, -1]), [batch, latentSize]);
    const layer = (index: number): Pick<LayerInput, 'w' | 'noise'> => ({ w: w(index), noise: noise?.[index] });
    const constant = requireTensor<Tensor3D>(parameters, 'synthesis.b4.const');
    const repeated: Tensor4D = broadcastTo(expandDims(constant, 0), [batch, ...constant.shape]); // [N, 4, 4, C]
    let x = styled(parameters, 'synthesis.b4.conv1', repeated, layer(0));
    let image = architecture === 'skip' ? toImage(parameters, 'synthesis.b4.torgb', x, w(1)) : undefined;
    for (const [index, { resolution }] of blocks.slice(1).entries()) {
      const name = `synthesis.b${resolution}`;
      const before = x;
      const gain = architecture === 'residual' ? Math.SQRT1_2 : 1; // the sum of two maps has the variance of one
      const wide = styled(parameters, `${name}.conv0`, before, { ...layer(2 * index + 1), up: true }); // [N, 2 H, 2 W, C]
      x = styled(parameters, `${name}.conv1`, wide, { ...layer(2 * index + 2), gain });
      if (architecture === 'residual') x = add(x, project(upsample(before), requireTensor(parameters, `${name}.skip.weight`), gain));
      if (image) image = add<Tensor4D>(upsample(image), toImage(parameters, `${name}.torgb`, x, w(2 * index + 3)));
    }
    return image ?? toImage(parameters, `synthesis.b${plan.resolution}.torgb`, x, w(2 * blocks.length - 1));
  });
}

/** Modulated convolution, noise, bias, leaky ReLU. Its gain of sqrt(2) is taken where it costs nothing. */
function styled(parameters: Parameters, name: string, x: Tensor4D, { w, noise, up = false, gain = 1 }: LayerInput): Tensor4D {
  const scale = gain * Math.SQRT2;
  const styles = equalisedLinear(parameters, `${name}.affine`, w); // [N, I]
  let y = modulatedConvolution(x, styles, requireTensor<Tensor4D>(parameters, `${name}.weight`), { demodulate: true, up, gain: scale });
  if (noise) y = add(y, mul(noise, mul(requireTensor<Scalar>(parameters, `${name}.noise_strength`), scale)));
  return leakyRelu(add<Tensor4D>(y, mul(requireTensor<Tensor1D>(parameters, `${name}.bias`), scale)));
}

/** One image of a block's maps; without demodulation, which would take away its contrast. */
function toImage(parameters: Parameters, name: string, x: Tensor4D, w: Tensor2D): Tensor4D {
  const styles = equalisedLinear(parameters, `${name}.affine`, w);
  return add<Tensor4D>(modulatedConvolution(x, styles, requireTensor<Tensor4D>(parameters, `${name}.weight`), { demodulate: false }), requireTensor<Tensor1D>(parameters, `${name}.bias`));
}

function project(x: Tensor4D, filter: Tensor4D, gain: number): Tensor4D {
  return conv2d(x, mul<Tensor4D>(filter, gain / Math.sqrt(filter.shape[2])), 1, 'same');
}

function checkNoise(action: string, { blocks }: GeneratorPlan, batch: number, noise: readonly Tensor4D[] | undefined): void {
  if (!noise) return;
  const sides = blocks.flatMap(({ resolution }, index) => (index === 0 ? [resolution] : [resolution, resolution]));
  if (noise.length !== sides.length) throw new RangeError(`Cannot ${action} as noise must have a map for each of ${sides.length} layers: current number is ${noise.length}`);
  for (const [index, side] of sides.entries()) {
    const map = noise[index] as Tensor4D;
    assertShape(action, { [`noise map ${index}`]: [map, [map.shape[0] === 1 ? 1 : batch, side, side, 1]] });
  }
}

import { add, relu, tidy, type Tensor, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import { convolution2d } from './convolution2d.ts';
import { upsampleNearest } from './upsampleNearest.ts';

/** Options of {@link featurePyramid}. */
export interface FeaturePyramidOptions {
  /** What the parameters' names begin with. @default {'fpn'} */
  readonly prefix?: string;
}

/**
 * RetinaNet's feature pyramid. Of the maps C_3 to C_5 of an encoder, finest first:
 *
 *     inner_5 = conv1x1(C_5)        inner_i = conv1x1(C_i) + upsample(inner_(i + 1))        P_i = conv3x3(inner_i)
 *     P_6 = conv3x3(P_5), stride 2        P_7 = conv3x3(relu(P_6)), stride 2
 *
 * so that every level has the width of the others, and the finest one knows what the coarsest one sees.
 *
 * @param parameters As {@link featurePyramidParameters} makes them; others are not looked at. Borrowed.
 * @param maps Maps of the encoder, finest first, [N, H_i, W_i, C_i]; borrowed.
 * @param options The prefix of the names.
 * @returns The levels, finest first: one for each map and two more, [N, H_i, W_i, channels]; they belong to the caller.
 * @throws {TypeError} If shapes do not fit.
 * @throws {RangeError} If a parameter is missing.
 *
 * @example
 * ```ts
 * const [p3, p4, p5, p6, p7] = featurePyramid(parameters, [stages.layer2, stages.layer3, stages.layer4]);
 * ```
 *
 * @see Lin et al. 2017, Feature Pyramid Networks for Object Detection; Lin et al. 2017, Focal Loss for Dense Object Detection, section 4; torchvision `FeaturePyramidNetwork` with `LastLevelP6P7`
 */
export function featurePyramid(parameters: ReadonlyMap<string, Tensor>, maps: readonly Tensor4D[], { prefix = 'fpn' }: FeaturePyramidOptions = {}): Tensor4D[] {
  const convolve = (name: string, x: Tensor4D, stride = 1): Tensor4D => convolution2d(x, take(parameters, `${prefix}.${name}.weight`) as Tensor4D, { stride, bias: take(parameters, `${prefix}.${name}.bias`) as Tensor1D });
  return tidy(() => {
    let inner: Tensor4D | undefined;
    const levels: Tensor4D[] = [];
    for (let level = maps.length - 1; level >= 0; level--) {
      const lateral = convolve(`inner_blocks.${level}.0`, maps[level] as Tensor4D); // [N, H_i, W_i, channels]
      inner = inner ? add<Tensor4D>(lateral, upsampleNearest(inner, lateral.shape[1], lateral.shape[2])) : lateral;
      levels.unshift(convolve(`layer_blocks.${level}.0`, inner));
    }
    const p6 = convolve('extra_blocks.p6', levels.at(-1) as Tensor4D, 2); // [N, ceil(H_5 / 2), ceil(W_5 / 2), channels]
    return [...levels, p6, convolve('extra_blocks.p7', relu(p6), 2)];
  });
}

function take(parameters: ReadonlyMap<string, Tensor>, name: string): Tensor {
  const tensor = parameters.get(name);
  if (!tensor) throw new RangeError(`Cannot build a feature pyramid as every parameter must be given: ${name} is missing`);
  return tensor;
}

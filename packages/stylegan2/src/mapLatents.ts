import { add, mean, mul, rsqrt, square, tidy, type Tensor2D } from '@tensorflow/tfjs-core';
import { assertShape, type Parameters } from '@cxr-ifa/tensor';
import { MAPPING_MULTIPLIER, type GeneratorPlan } from './createGenerator.ts';
import { equalisedLinear } from './equalisedLinear.ts';
import { leakyRelu } from './leakyRelu.ts';

const EPSILON = 1e-8;

/** The mapping network: z is brought to length sqrt(D) and goes through linear layers with leaky ReLU, the last one included, [N, D] to [N, D]. */
export function mapLatents({ latentSize, mappingLayers }: GeneratorPlan, parameters: Parameters, z: Tensor2D): Tensor2D {
  assertShape('map latents', { z: [z, ['N', latentSize]] });
  return tidy(() => {
    let w: Tensor2D = mul(z, rsqrt(add(mean(square(z), 1, true), EPSILON)));
    for (let layer = 0; layer < mappingLayers; layer++) {
      w = leakyRelu(equalisedLinear(parameters, `mapping.fc${layer}`, w, { multiplier: MAPPING_MULTIPLIER, gain: Math.SQRT2 }));
    }
    return w;
  });
}

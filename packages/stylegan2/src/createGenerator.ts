import { ones, scalar, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { createVariables, type Generator, type Rng } from '@cxr-ifa/tensor';
import { mapLatents } from './mapLatents.ts';
import { normalTensor } from './normalTensor.ts';
import { planNetwork, type NetworkOptions, type NetworkPlan } from './planNetwork.ts';
import { synthesise } from './synthesise.ts';

/** Which generator {@link createGenerator} makes. */
export interface GeneratorOptions extends NetworkOptions {
  /** Size of z and w. @default {512} */
  readonly latentSize?: number;
  /** Layers that map z to w. @default {8} */
  readonly mappingLayers?: number;
}

/** Everything about a generator that its functions need to know. */
export interface GeneratorPlan extends NetworkPlan {
  readonly latentSize: number;
  readonly mappingLayers: number;
}

/** The mapping network learns at a hundredth of the rate. */
export const MAPPING_MULTIPLIER = 0.01;

/**
 * StyleGAN2's generator: a mapping network from z to w, and a synthesis network of modulated convolutions from a learned constant to the image.
 *
 * Parameters have the names of NVIDIA's PyTorch version (`mapping.fc0.weight`, `synthesis.b8.conv0.affine.bias`, ...), filters are [kh, kw, I, O],
 * linear weights [O, I], the constant [4, 4, C]. Weights are kept at unit variance and scaled at run time (equalised learning rate).
 * The architecture `skip` sums images over the resolutions, `residual` has shortcuts between blocks.
 *
 * @param options Resolution, channels, latent size.
 * @returns The generator: a value without tensors.
 * @throws {RangeError} If an option is out of range.
 * @see Karras et al. 2020, Analyzing and Improving the Image Quality of StyleGAN
 *
 * @example
 * ```ts
 * const generator = createGenerator({ resolution: 64, channelBase: 2048, channelMaximum: 128, latentSize: 128, mappingLayers: 4 });
 * const parameters = generator.initialise(createRng(1));
 * const w = generator.map(parameters, z);                                          // [N, 128]
 * const images = generator.synthesise(parameters, broadcastLatents(w, generator)); // [N, 64, 64, 1]
 * ```
 */
export function createGenerator({ latentSize = 512, mappingLayers = 8, architecture = 'skip', ...options }: GeneratorOptions): Generator {
  const action = 'create a generator';
  const plan: GeneratorPlan = { ...planNetwork(action, { ...options, architecture }), latentSize, mappingLayers };
  if (!(Number.isSafeInteger(latentSize) && latentSize > 0)) throw new RangeError(`Cannot ${action} as the latent size must be a positive integer: current value is ${latentSize}`);
  if (!(Number.isSafeInteger(mappingLayers) && mappingLayers > 0)) throw new RangeError(`Cannot ${action} as the mapping layers must be a positive integer: current value is ${mappingLayers}`);
  return {
    resolution: plan.resolution,
    imageChannels: plan.imageChannels,
    latentSize,
    styles: 2 * plan.blocks.length,
    noiseShapes: plan.blocks.flatMap(({ resolution }, index) => (index === 0 ? [[resolution, resolution]] as const : [[resolution, resolution], [resolution, resolution]] as const)),
    initialise: (rng) => createVariables(() => initialParameters(plan, rng)),
    map: (parameters, z) => mapLatents(plan, parameters, z),
    synthesise: (parameters, latents, given = {}) => synthesise(plan, parameters, latents, given),
  };
}

function* initialParameters({ blocks, imageChannels, architecture, latentSize, mappingLayers }: GeneratorPlan, rng: Rng): Iterable<readonly [string, Tensor]> {
  for (let layer = 0; layer < mappingLayers; layer++) {
    const name = `mapping.fc${layer}`;
    yield [`${name}.weight`, normalTensor(rng.fork(name), [latentSize, latentSize], 1 / MAPPING_MULTIPLIER)];
    yield [`${name}.bias`, zeros([latentSize])];
  }
  function* modulated(name: string, size: number, inputs: number, outputs: number): Iterable<readonly [string, Tensor]> {
    yield [`${name}.weight`, normalTensor(rng.fork(name), [size, size, inputs, outputs])];
    yield [`${name}.bias`, zeros([outputs])];
    yield [`${name}.affine.weight`, normalTensor(rng.fork(`${name}.affine`), [inputs, latentSize])];
    yield [`${name}.affine.bias`, ones([inputs])]; // a style of 1 leaves a map as it is
  }
  let inputs = 0;
  for (const [index, { resolution, channels }] of blocks.entries()) {
    const name = `synthesis.b${resolution}`;
    if (index === 0) yield [`${name}.const`, normalTensor(rng.fork(`${name}.const`), [resolution, resolution, channels])];
    else {
      yield* modulated(`${name}.conv0`, 3, inputs, channels);
      yield [`${name}.conv0.noise_strength`, scalar(0)];
    }
    yield* modulated(`${name}.conv1`, 3, channels, channels);
    yield [`${name}.conv1.noise_strength`, scalar(0)];
    if (architecture === 'residual' && index > 0) yield [`${name}.skip.weight`, normalTensor(rng.fork(`${name}.skip`), [1, 1, inputs, channels])];
    if (architecture === 'skip' || index === blocks.length - 1) yield* modulated(`${name}.torgb`, 1, channels, imageChannels);
    inputs = channels;
  }
}


// tools/bench/gan.mjs
import "@cxr-ifa/gradients";
import { registerSimdBackend } from "@cxr-ifa/backend-simd";

// packages/stylegan2/src/createGenerator.ts
import { ones as ones2, scalar, zeros } from "@tensorflow/tfjs-core";

// packages/tensor/src/rng.ts
var ROUNDS = 10;
function philox(counter, key, block) {
  let c0 = counter >>> 0;
  let c1 = Math.floor(counter / 2 ** 32) >>> 0;
  let c2 = 0;
  let c3 = 0;
  let [k0, k1] = key;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(3528531795, c0);
    const low0 = Math.imul(3528531795, c0);
    const high1 = multiplyHigh(3449720151, c2);
    const low1 = Math.imul(3449720151, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1 >>> 0;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0 >>> 0;
    k0 = k0 + 2654435769 >>> 0;
    k1 = k1 + 3144134277 >>> 0;
  }
  block[0] = c0;
  block[1] = c1;
  block[2] = c2;
  block[3] = c3;
}
function multiplyHigh(a, b) {
  const aLow = a & 65535;
  const aHigh = a >>> 16;
  const bLow = b & 65535;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + (aLow * bLow >>> 16);
  const cross = aLow * bHigh + (middle & 65535);
  return aHigh * bHigh + Math.floor(middle / 65536) + Math.floor(cross / 65536) >>> 0;
}
function hashLabel(key, label) {
  let [a, b] = key;
  for (const character of `${typeof label === "number" ? "#" : "$"}${label}\0`) {
    const code = character.codePointAt(0);
    a = Math.imul(a ^ code, 16777619) >>> 0;
    b = Math.imul(b ^ code, 112755) >>> 0;
  }
  return [a, b];
}
function createRng(seed) {
  if (typeof seed === "number" && !(Number.isSafeInteger(seed) && seed >= 0)) {
    throw new RangeError(`Cannot seed a generator as the seed must be a non-negative integer: current value is ${seed}`);
  }
  const key = typeof seed === "number" ? [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0] : seed.key;
  let counter = typeof seed === "number" ? 0 : seed.counter;
  const block = new Uint32Array(4);
  let blockOfCounter = -1;
  const uint32 = () => {
    const index = Math.floor(counter / 4);
    if (index !== blockOfCounter) {
      philox(index, key, block);
      blockOfCounter = index;
    }
    return block[counter++ % 4];
  };
  const unit = () => (uint32() >>> 5) * 2 ** -27 + (uint32() >>> 6) * 2 ** -53;
  const rng2 = {
    uint32,
    uniform: (low = 0, high = 1) => low + (high - low) * unit(),
    integer(bound) {
      if (!(Number.isSafeInteger(bound) && bound > 0)) throw new RangeError(`Cannot draw an integer as the bound must be a positive integer: current value is ${bound}`);
      return Math.floor(unit() * bound);
    },
    // Box-Muller without its second value: the state stays a key and a counter
    normal: () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()),
    permutation(length) {
      const order = Int32Array.from({ length }, (_, index) => index);
      for (let last = length - 1; last > 0; last--) {
        const other = rng2.integer(last + 1);
        [order[last], order[other]] = [order[other], order[last]];
      }
      return order;
    },
    fork: (...labels) => createRng({ key: labels.reduce(hashLabel, hashLabel(key, "fork")), counter: 0 }),
    state: () => ({ key: [key[0], key[1]], counter })
  };
  return rng2;
}

// packages/tensor/src/assertShape.ts
function assertShape(action, tensors2) {
  const sizes2 = {};
  for (const [name, [tensor2, dimensions]] of Object.entries(tensors2)) {
    const fits = tensor2.rank === dimensions.length && dimensions.every((dimension, axis) => {
      const size2 = tensor2.shape[axis];
      if (typeof dimension === "number") return size2 === dimension;
      sizes2[dimension] ??= size2;
      return sizes2[dimension] === size2;
    });
    if (!fits) {
      const expected = dimensions.map((dimension) => typeof dimension === "string" && sizes2[dimension] !== void 0 ? `${dimension}=${sizes2[dimension]}` : dimension);
      throw new TypeError(`Cannot ${action} as ${name} must have shape [${expected.join(", ")}]: current shape is [${tensor2.shape.join(", ")}]`);
    }
  }
  return sizes2;
}

// packages/tensor/src/valueAndGradients.ts
import { dispose as dispose2, engine, keep, tidy as tidy2 } from "@tensorflow/tfjs-core";

// packages/tensor/src/backpropagate.ts
import { add, clone, dispose, ones, tidy } from "@tensorflow/tfjs-core";
function backpropagate(tape, loss, sources, { consume }) {
  const differentiable = tensorsFrom(sources, tape);
  const gradients = /* @__PURE__ */ new Map([[loss.id, ones(loss.shape)]]);
  for (const node of [...tape].reverse()) {
    const outputGradients = node.outputs.map((output) => gradients.get(output.id) ?? null);
    const wanted = Object.entries(node.inputs).filter(([, input]) => differentiable.has(input.id));
    if (wanted.length > 0 && outputGradients.some((gradient) => gradient !== null)) {
      const inputGradients = tidy(() => differentiateNode(node, outputGradients, wanted));
      for (const [index, [, input]] of wanted.entries()) accumulate(gradients, input, inputGradients[index]);
    }
    for (const output of node.outputs) gradients.delete(output.id);
    dispose(outputGradients.filter((gradient) => gradient !== null));
    if (consume) dispose([...node.saved ?? []]);
  }
  return new Map(sources.flatMap(({ id }) => gradients.has(id) ? [[id, gradients.get(id)]] : []));
}
function tensorsFrom(sources, tape) {
  const ids = new Set(sources.map(({ id }) => id));
  for (const { inputs, outputs } of tape) {
    if (Object.values(inputs).some(({ id }) => ids.has(id))) for (const { id } of outputs) ids.add(id);
  }
  return ids;
}
function differentiateNode(node, outputGradients, wanted) {
  if (!node.gradient) throw new TypeError(`Cannot differentiate ${node.kernelName} as no gradient is registered for it: import '@cxr-ifa/gradients', or compute it before the tape`);
  const gradientOf = node.gradient(outputGradients);
  const shared = /* @__PURE__ */ new Set([...outputGradients, ...node.saved ?? []]);
  return wanted.map(([name, { shape }]) => {
    const gradient = gradientOf[name]?.();
    if (!gradient) throw new TypeError(`Cannot differentiate ${node.kernelName} as its gradient lacks the input ${name}: current inputs are ${Object.keys(gradientOf).join(", ")}`);
    if (gradient.dtype !== "float32" || gradient.shape.join() !== shape.join()) {
      throw new TypeError(`Cannot differentiate ${node.kernelName} as the gradient of ${name} must be float32 [${shape.join(", ")}]: current gradient is ${gradient.dtype} [${gradient.shape.join(", ")}]`);
    }
    const own = shared.has(gradient) ? clone(gradient) : gradient;
    shared.add(own);
    return own;
  });
}
function accumulate(gradients, { id }, gradient) {
  const previous = gradients.get(id);
  if (!previous) {
    gradients.set(id, gradient);
    return;
  }
  gradients.set(id, add(previous, gradient));
  dispose([previous, gradient]);
}

// packages/tensor/src/valueAndGradients.ts
function valueAndGradients(f, parameters) {
  const tape = engine();
  let auxiliary;
  let loss;
  try {
    loss = record(tape, () => {
      const result = f();
      auxiliary = result.auxiliary;
      for (const tensor2 of Object.values(auxiliary)) keep(tensor2);
      if (result.loss.rank !== 0) throw new TypeError(`Cannot differentiate a loss as it must be a scalar: current shape is [${result.loss.shape.join(", ")}]`);
      return result.loss;
    });
    const isOutermost = tape.state.gradientDepth === 0;
    const last = loss;
    const byId = tidy2(() => {
      const found = backpropagate(tape.state.activeTape ?? [], last, [...parameters.values()], { consume: isOutermost });
      if (found.size === 0) throw new TypeError("Cannot differentiate a loss as it must depend on a parameter: it depends on none of those given");
      return Object.fromEntries(found);
    });
    if (isOutermost) tape.state.activeTape = null;
    const gradients = new Map([...parameters].flatMap(([name, { id }]) => byId[id] ? [[name, byId[id]]] : []));
    return { loss, gradients, auxiliary };
  } catch (error) {
    dispose2([...Object.values(auxiliary ?? {}), ...loss ? [loss] : []]);
    if (tape.state.gradientDepth === 0) disposeSaved(tape);
    throw error;
  }
}
function record(tape, forward) {
  tape.startTape();
  try {
    return tidy2(forward);
  } finally {
    tape.endTape();
  }
}
function disposeSaved(tape) {
  for (const node of tape.state.activeTape ?? []) dispose2([...node.saved ?? []]);
  tape.state.activeTape = null;
}

// packages/tensor/src/createVariables.ts
import { tidy as tidy3, variable } from "@tensorflow/tfjs-core";
function createVariables(initialise) {
  const variables = /* @__PURE__ */ new Map();
  tidy3(() => {
    for (const [name, tensor2] of initialise()) {
      if (variables.has(name)) throw new RangeError(`Cannot create parameters as their names must differ: ${name} appears twice`);
      variables.set(name, variable(tensor2));
    }
  });
  return variables;
}

// packages/tensor/src/disposeTensors.ts
function disposeTensors(...collections) {
  for (const collection of collections) {
    const tensors2 = collection instanceof Map ? collection.values() : Symbol.iterator in collection ? collection : Object.values(collection);
    for (const tensor2 of tensors2) if (!tensor2.isDisposed) tensor2.dispose();
  }
}

// packages/tensor/src/inputError.ts
var BRAND = "@cxr-ifa/InputError";
var MAXIMUM_LENGTH = 1e3;
var InputError = class extends Error {
  name = BRAND;
  constructor(message, { maximumLength = MAXIMUM_LENGTH, ...options } = {}) {
    super(printable(message, maximumLength), options);
  }
};
function printable(message, maximumLength) {
  const short = message.length > maximumLength ? `${message.slice(0, maximumLength - 1)}\u2026` : message;
  return short.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, "\uFFFD");
}

// packages/tensor/src/runFusedKernel.ts
import { engine as engine2, getBackend, getKernel } from "@tensorflow/tfjs-core";
function hasFusedKernel(name) {
  return getKernel(name, getBackend()) !== void 0;
}
function runFusedKernel(name, inputs, attributes) {
  if (!hasFusedKernel(name)) return void 0;
  const named = {};
  for (const [key, value] of Object.entries(inputs)) {
    if (Array.isArray(value)) value.forEach((tensor2, index) => named[`${key}${index}`] = tensor2);
    else if (value) named[key] = value;
  }
  const outputs = engine2().runKernel(name, named, attributes);
  return Array.isArray(outputs) ? outputs : [outputs];
}

// packages/stylegan2/src/mapLatents.ts
import { add as add4, mean, mul as mul3, rsqrt, square, tidy as tidy5 } from "@tensorflow/tfjs-core";

// packages/stylegan2/src/equalisedLinear.ts
import { add as add3, mul } from "@tensorflow/tfjs-core";

// packages/layers/src/linear.ts
import { add as add2, matMul, tidy as tidy4 } from "@tensorflow/tfjs-core";
function linear(x, weight, bias) {
  assertShape("apply a linear layer", { x: [x, ["N", "I"]], weight: [weight, ["O", "I"]], ...bias && { bias: [bias, ["O"]] } });
  return tidy4(() => {
    const product2 = matMul(x, weight, false, true);
    return bias ? add2(product2, bias) : product2;
  });
}

// packages/stylegan2/src/requireTensor.ts
function requireTensor(parameters, name) {
  const found = parameters.get(name);
  if (!found) throw new RangeError(`Cannot run the network as every tensor of its architecture must be given: ${name} is missing`);
  return found;
}

// packages/stylegan2/src/equalisedLinear.ts
function equalisedLinear(parameters, name, x, { multiplier = 1, gain = 1 } = {}) {
  const weight = requireTensor(parameters, `${name}.weight`);
  const scale = gain * multiplier;
  return add3(linear(x, mul(weight, scale / Math.sqrt(weight.shape[1]))), mul(requireTensor(parameters, `${name}.bias`), scale));
}

// packages/stylegan2/src/leakyRelu.ts
import { customGrad, leakyRelu as coreLeakyRelu, mul as mul2, step } from "@tensorflow/tfjs-core";
var SLOPE = 0.2;
function leakyRelu(x) {
  return customGrad((input, save) => {
    const maps = input;
    save([maps]);
    return {
      value: coreLeakyRelu(maps, SLOPE),
      gradFunc: (dy, saved) => mul2(dy, step(saved[0], SLOPE))
    };
  })(x);
}

// packages/stylegan2/src/mapLatents.ts
var EPSILON = 1e-8;
function mapLatents({ latentSize, mappingLayers }, parameters, z) {
  assertShape("map latents", { z: [z, ["N", latentSize]] });
  return tidy5(() => {
    let w = mul3(z, rsqrt(add4(mean(square(z), 1, true), EPSILON)));
    for (let layer = 0; layer < mappingLayers; layer++) {
      w = leakyRelu(equalisedLinear(parameters, `mapping.fc${layer}`, w, { multiplier: MAPPING_MULTIPLIER, gain: Math.SQRT2 }));
    }
    return w;
  });
}

// packages/stylegan2/src/normalTensor.ts
import { tensor } from "@tensorflow/tfjs-core";
function normalTensor(rng2, shape, deviation = 1) {
  const size2 = shape.reduce((product2, side) => product2 * side, 1);
  return tensor(Float32Array.from({ length: size2 }, () => deviation * rng2.normal()), shape);
}

// packages/stylegan2/src/planNetwork.ts
function planNetwork(action, { imageChannels = 1, channelBase = 32768, channelMaximum = 512, ...options }) {
  const { resolution: resolution2, architecture } = options;
  const demand = (holds, rule, value) => {
    if (!holds) throw new RangeError(`Cannot ${action} as ${rule}: current value is ${String(value)}`);
  };
  demand(Number.isSafeInteger(Math.log2(resolution2)) && resolution2 >= 8 && resolution2 <= 1024, "the resolution must be a power of two from 8 to 1024", resolution2);
  demand(imageChannels === 1 || imageChannels === 3, "the image channels must be 1 or 3", imageChannels);
  demand(architecture === "skip" || architecture === "residual", "the architecture must be skip or residual", architecture);
  demand(Number.isSafeInteger(channelMaximum) && channelMaximum > 0, "the largest number of channels must be a positive integer", channelMaximum);
  demand(Number.isSafeInteger(channelBase) && channelBase >= resolution2, "the channel base must be an integer of at least the resolution", channelBase);
  const count = Math.log2(resolution2) - 1;
  const blocks = Array.from({ length: count }, (_, index) => {
    const side = 4 * 2 ** index;
    return { resolution: side, channels: Math.min(channelMaximum, Math.floor(channelBase / side)) };
  });
  return { ...options, imageChannels, channelBase, channelMaximum, blocks };
}

// packages/stylegan2/src/synthesise.ts
import { add as add6, broadcastTo, conv2d as conv2d2, expandDims, mul as mul5, reshape as reshape2, slice, tidy as tidy7 } from "@tensorflow/tfjs-core";

// packages/stylegan2/src/modulatedConvolution.ts
import { add as add5, conv2d, conv2dTranspose, div, matMul as matMul2, mul as mul4, reshape, sqrt, square as square2, sum, transpose } from "@tensorflow/tfjs-core";

// packages/stylegan2/src/resample.ts
import { depthwiseConv2d, engine as engine3, pad, tensor4d, tidy as tidy6 } from "@tensorflow/tfjs-core";
var TAPS = [1, 3, 3, 1];
function lowPass(channels, gain) {
  const plane = TAPS.flatMap((a) => TAPS.map((b) => gain * a * b / 64));
  return tensor4d(Float32Array.from({ length: 16 * channels }, (_, index) => plane[Math.floor(index / channels)]), [4, 4, channels, 1]);
}
function blur(x, { padding, gain = 1 }) {
  return tidy6(() => {
    const padded = pad(x, [[0, 0], [padding, padding], [padding, padding], [0, 0]]);
    return depthwiseConv2d(padded, lowPass(x.shape[3], gain), 1, "valid");
  });
}
function downsample(x) {
  return tidy6(() => depthwiseConv2d(x, lowPass(x.shape[3], 1), 2, "same"));
}
function upsample(x) {
  return tidy6(() => {
    const [batch2, height, width, channels] = x.shape;
    const attributes = { strides: [2, 2], pad: "same", dilations: [1, 1], dimRoundingMode: void 0, inputShape: [batch2, 2 * height, 2 * width, channels] };
    return engine3().runKernel("DepthwiseConv2dNativeBackpropInput", { dy: x, filter: lowPass(channels, 4) }, attributes);
  });
}

// packages/stylegan2/src/modulatedConvolution.ts
var EPSILON2 = 1e-8;
function modulatedConvolution(x, styles, filter, { demodulate, up = false, gain = 1 }) {
  const [height, width, inputs, outputs] = filter.shape;
  const [batch2] = styles.shape;
  const weight = mul4(filter, (demodulate ? 1 : gain) / Math.sqrt(height * width * inputs));
  const modulated = mul4(x, reshape(styles, [batch2, 1, 1, inputs]));
  const y = up ? transposed(modulated, weight) : conv2d(modulated, weight, 1, "same");
  if (!demodulate) return y;
  const squares = sum(square2(weight), [0, 1]);
  const norm = sqrt(add5(matMul2(square2(styles), squares), EPSILON2));
  return mul4(y, reshape(div(gain, norm), [batch2, 1, 1, outputs]));
}
function transposed(x, filter) {
  const [batch2, height, width] = x.shape;
  const [size2, , , outputs] = filter.shape;
  const wide = conv2dTranspose(x, transpose(filter, [0, 1, 3, 2]), [batch2, 2 * height + size2 - 2, 2 * width + size2 - 2, outputs], 2, "valid");
  return blur(wide, { padding: 1, gain: 4 });
}

// packages/stylegan2/src/synthesise.ts
function synthesise(plan, parameters, latents, { noise }) {
  const { blocks, latentSize, architecture } = plan;
  const action = "synthesise images";
  const { N: batch2 } = assertShape(action, { latents: [latents, ["N", 2 * blocks.length, latentSize]] });
  checkNoise(action, plan, batch2, noise);
  return tidy7(() => {
    const w = (index) => reshape2(slice(latents, [0, index, 0], [-1, 1, -1]), [batch2, latentSize]);
    const layer = (index) => ({ w: w(index), noise: noise?.[index] });
    const constant = requireTensor(parameters, "synthesis.b4.const");
    const repeated = broadcastTo(expandDims(constant, 0), [batch2, ...constant.shape]);
    let x = styled(parameters, "synthesis.b4.conv1", repeated, layer(0));
    let image = architecture === "skip" ? toImage(parameters, "synthesis.b4.torgb", x, w(1)) : void 0;
    for (const [index, { resolution: resolution2 }] of blocks.slice(1).entries()) {
      const name = `synthesis.b${resolution2}`;
      const before = x;
      const gain = architecture === "residual" ? Math.SQRT1_2 : 1;
      const wide = styled(parameters, `${name}.conv0`, before, { ...layer(2 * index + 1), up: true });
      x = styled(parameters, `${name}.conv1`, wide, { ...layer(2 * index + 2), gain });
      if (architecture === "residual") x = add6(x, project(upsample(before), requireTensor(parameters, `${name}.skip.weight`), gain));
      if (image) image = add6(upsample(image), toImage(parameters, `${name}.torgb`, x, w(2 * index + 3)));
    }
    return image ?? toImage(parameters, `synthesis.b${plan.resolution}.torgb`, x, w(2 * blocks.length - 1));
  });
}
function styled(parameters, name, x, { w, noise, up = false, gain = 1 }) {
  const scale = gain * Math.SQRT2;
  const styles = equalisedLinear(parameters, `${name}.affine`, w);
  let y = modulatedConvolution(x, styles, requireTensor(parameters, `${name}.weight`), { demodulate: true, up, gain: scale });
  if (noise) y = add6(y, mul5(noise, mul5(requireTensor(parameters, `${name}.noise_strength`), scale)));
  return leakyRelu(add6(y, mul5(requireTensor(parameters, `${name}.bias`), scale)));
}
function toImage(parameters, name, x, w) {
  const styles = equalisedLinear(parameters, `${name}.affine`, w);
  return add6(modulatedConvolution(x, styles, requireTensor(parameters, `${name}.weight`), { demodulate: false }), requireTensor(parameters, `${name}.bias`));
}
function project(x, filter, gain) {
  return conv2d2(x, mul5(filter, gain / Math.sqrt(filter.shape[2])), 1, "same");
}
function checkNoise(action, { blocks }, batch2, noise) {
  if (!noise) return;
  const sides = blocks.flatMap(({ resolution: resolution2 }, index) => index === 0 ? [resolution2] : [resolution2, resolution2]);
  if (noise.length !== sides.length) throw new RangeError(`Cannot ${action} as noise must have a map for each of ${sides.length} layers: current number is ${noise.length}`);
  for (const [index, side] of sides.entries()) {
    const map = noise[index];
    assertShape(action, { [`noise map ${index}`]: [map, [map.shape[0] === 1 ? 1 : batch2, side, side, 1]] });
  }
}

// packages/stylegan2/src/createGenerator.ts
var MAPPING_MULTIPLIER = 0.01;
function createGenerator({ latentSize = 512, mappingLayers = 8, architecture = "skip", ...options }) {
  const action = "create a generator";
  const plan = { ...planNetwork(action, { ...options, architecture }), latentSize, mappingLayers };
  if (!(Number.isSafeInteger(latentSize) && latentSize > 0)) throw new RangeError(`Cannot ${action} as the latent size must be a positive integer: current value is ${latentSize}`);
  if (!(Number.isSafeInteger(mappingLayers) && mappingLayers > 0)) throw new RangeError(`Cannot ${action} as the mapping layers must be a positive integer: current value is ${mappingLayers}`);
  return {
    resolution: plan.resolution,
    imageChannels: plan.imageChannels,
    latentSize,
    styles: 2 * plan.blocks.length,
    noiseShapes: plan.blocks.flatMap(({ resolution: resolution2 }, index) => index === 0 ? [[resolution2, resolution2]] : [[resolution2, resolution2], [resolution2, resolution2]]),
    initialise: (rng2) => createVariables(() => initialParameters(plan, rng2)),
    map: (parameters, z) => mapLatents(plan, parameters, z),
    synthesise: (parameters, latents, given = {}) => synthesise(plan, parameters, latents, given)
  };
}
function* initialParameters({ blocks, imageChannels, architecture, latentSize, mappingLayers }, rng2) {
  for (let layer = 0; layer < mappingLayers; layer++) {
    const name = `mapping.fc${layer}`;
    yield [`${name}.weight`, normalTensor(rng2.fork(name), [latentSize, latentSize], 1 / MAPPING_MULTIPLIER)];
    yield [`${name}.bias`, zeros([latentSize])];
  }
  function* modulated(name, size2, inputs2, outputs) {
    yield [`${name}.weight`, normalTensor(rng2.fork(name), [size2, size2, inputs2, outputs])];
    yield [`${name}.bias`, zeros([outputs])];
    yield [`${name}.affine.weight`, normalTensor(rng2.fork(`${name}.affine`), [inputs2, latentSize])];
    yield [`${name}.affine.bias`, ones2([inputs2])];
  }
  let inputs = 0;
  for (const [index, { resolution: resolution2, channels }] of blocks.entries()) {
    const name = `synthesis.b${resolution2}`;
    if (index === 0) yield [`${name}.const`, normalTensor(rng2.fork(`${name}.const`), [resolution2, resolution2, channels])];
    else {
      yield* modulated(`${name}.conv0`, 3, inputs, channels);
      yield [`${name}.conv0.noise_strength`, scalar(0)];
    }
    yield* modulated(`${name}.conv1`, 3, channels, channels);
    yield [`${name}.conv1.noise_strength`, scalar(0)];
    if (architecture === "residual" && index > 0) yield [`${name}.skip.weight`, normalTensor(rng2.fork(`${name}.skip`), [1, 1, inputs, channels])];
    if (architecture === "skip" || index === blocks.length - 1) yield* modulated(`${name}.torgb`, 1, channels, imageChannels);
    inputs = channels;
  }
}

// packages/stylegan2/src/createDiscriminator.ts
import { zeros as zeros2 } from "@tensorflow/tfjs-core";

// packages/stylegan2/src/scoreImages.ts
import { add as add8, conv2d as conv2d3, mul as mul7, reshape as reshape4, slice as slice2, tidy as tidy8 } from "@tensorflow/tfjs-core";

// packages/stylegan2/src/minibatchDeviation.ts
import { add as add7, mean as mean2, mul as mul6, ones as ones3, reshape as reshape3, sqrt as sqrt2, square as square3, sub } from "@tensorflow/tfjs-core";
var EPSILON3 = 1e-8;
function minibatchDeviation(x, groupSize) {
  const [batch2, height, width, channels] = x.shape;
  if (batch2 % groupSize !== 0) throw new RangeError(`Cannot compare the images of a batch as its groups of ${groupSize} must divide it: current size is ${batch2}`);
  const groups = batch2 / groupSize;
  const grouped = reshape3(x, [groupSize, groups, height * width * channels]);
  const centred = sub(grouped, mean2(grouped, 0, true));
  const deviation = sqrt2(add7(mean2(square3(centred), 0), EPSILON3));
  const level = reshape3(mean2(deviation, 1), [1, groups, 1]);
  return reshape3(mul6(level, ones3([groupSize, groups, height * width])), [batch2, height, width, 1]);
}

// packages/stylegan2/src/scoreImages.ts
function scoreImages({ blocks, resolution: resolution2, imageChannels, architecture, groupSize }, parameters, images2) {
  const { N: batch2 } = assertShape("score images", { images: [images2, ["N", resolution2, resolution2, imageChannels]] });
  return tidy8(() => {
    let image = images2;
    const read = (side) => leakyRelu(convolve(parameters, `b${side}.fromrgb`, image));
    let maps = read(resolution2);
    for (const { resolution: side } of blocks.slice(1).reverse()) {
      const name = `b${side}`;
      if (architecture === "residual") maps = residualBlock(parameters, name, maps);
      else {
        image = downsample(image);
        maps = add8(plainBlock(parameters, name, maps, 1), read(side / 2));
      }
    }
    const y = leakyRelu(convolveWithSpread(parameters, "b4.conv", maps, minibatchDeviation(maps, Math.min(groupSize, batch2))));
    const hidden = leakyRelu(equalisedLinear(parameters, "b4.fc", reshape4(y, [batch2, -1]), { gain: Math.SQRT2 }));
    return reshape4(equalisedLinear(parameters, "b4.out", hidden), [batch2]);
  });
}
function plainBlock(parameters, name, x, gain) {
  const y = leakyRelu(convolve(parameters, `${name}.conv0`, x));
  return leakyRelu(convolve(parameters, `${name}.conv1`, y, { down: true, gain: gain * Math.SQRT2 }));
}
function residualBlock(parameters, name, x) {
  const filter = requireTensor(parameters, `${name}.skip.weight`);
  const shortcut = conv2d3(downsample(x), mul7(filter, Math.SQRT1_2 / Math.sqrt(filter.shape[2])), 1, "same");
  return add8(plainBlock(parameters, name, x, Math.SQRT1_2), shortcut);
}
function convolve(parameters, name, x, { down = false, gain = Math.SQRT2 } = {}) {
  const filter = requireTensor(parameters, `${name}.weight`);
  const [height, width, inputs] = filter.shape;
  const weight = mul7(filter, gain / Math.sqrt(height * width * inputs));
  const y = down ? conv2d3(blur(x, { padding: 2 }), weight, 2, "valid") : conv2d3(x, weight, 1, "same");
  return add8(y, mul7(requireTensor(parameters, `${name}.bias`), gain));
}
function convolveWithSpread(parameters, name, maps, spread) {
  const filter = requireTensor(parameters, `${name}.weight`);
  const [height, width, inputs] = filter.shape;
  const weight = mul7(filter, Math.SQRT2 / Math.sqrt(height * width * inputs));
  const part = (x, from) => conv2d3(x, slice2(weight, [0, 0, from, 0], [-1, -1, x.shape[3], -1]), 1, "same");
  return add8(add8(part(maps, 0), part(spread, inputs - 1)), mul7(requireTensor(parameters, `${name}.bias`), Math.SQRT2));
}

// packages/stylegan2/src/createDiscriminator.ts
function createDiscriminator({ groupSize = 4, architecture = "residual", ...options }) {
  const action = "create a discriminator";
  const plan = { ...planNetwork(action, { ...options, architecture }), groupSize };
  if (!(Number.isSafeInteger(groupSize) && groupSize > 0)) throw new RangeError(`Cannot ${action} as the group size must be a positive integer: current value is ${groupSize}`);
  return {
    resolution: plan.resolution,
    imageChannels: plan.imageChannels,
    initialise: (rng2) => createVariables(() => initialParameters2(plan, rng2)),
    score: (parameters, images2) => scoreImages(plan, parameters, images2)
  };
}
function* initialParameters2({ blocks, imageChannels, architecture }, rng2) {
  function* layer(name, shape, bias = true) {
    yield [`${name}.weight`, normalTensor(rng2.fork(name), shape)];
    if (bias) yield [`${name}.bias`, zeros2([shape.length === 2 ? shape[0] : shape[3]])];
  }
  for (let index = blocks.length - 1; index > 0; index--) {
    const { resolution: resolution2, channels: channels2 } = blocks[index];
    const outputs = blocks[index - 1]?.channels;
    const name = `b${resolution2}`;
    if (architecture === "skip" || index === blocks.length - 1) yield* layer(`${name}.fromrgb`, [1, 1, imageChannels, channels2]);
    yield* layer(`${name}.conv0`, [3, 3, channels2, channels2]);
    yield* layer(`${name}.conv1`, [3, 3, channels2, outputs]);
    if (architecture === "residual") yield* layer(`${name}.skip`, [1, 1, channels2, outputs], false);
  }
  const channels = blocks[0]?.channels;
  if (architecture === "skip") yield* layer("b4.fromrgb", [1, 1, imageChannels, channels]);
  yield* layer("b4.conv", [3, 3, channels + 1, channels]);
  yield* layer("b4.fc", [channels, 16 * channels]);
  yield* layer("b4.out", [1, channels]);
}

// packages/stylegan2/src/broadcastLatents.ts
import { expandDims as expandDims2, mul as mul8, ones as ones4, tidy as tidy9 } from "@tensorflow/tfjs-core";
function broadcastLatents(w, { styles }) {
  return tidy9(() => mul8(expandDims2(w, 1), ones4([1, styles, 1])));
}

// packages/stylegan2/src/mixStyles.ts
import { concat, slice as slice3, tidy as tidy10 } from "@tensorflow/tfjs-core";
function mixStyles(coarse, fine, crossover) {
  const { L: styles } = assertShape("mix styles", { coarse: [coarse, ["N", "L", "D"]], fine: [fine, ["N", "L", "D"]] });
  if (!(Number.isSafeInteger(crossover) && crossover >= 0 && crossover <= styles)) throw new RangeError(`Cannot mix styles as the crossover must be an integer from 0 to ${styles}: current value is ${crossover}`);
  return tidy10(() => concat([slice3(coarse, [0, 0, 0], [-1, crossover, -1]), slice3(fine, [0, crossover, 0], [-1, -1, -1])], 1));
}

// packages/stylegan2/src/drawLatents.ts
function drawLatents({ latentSize }, rng2, count) {
  return normalTensor(rng2, [count, latentSize]);
}

// packages/stylegan2/src/drawNoise.ts
function drawNoise({ noiseShapes }, rng2, count) {
  return noiseShapes.map(([height, width]) => normalTensor(rng2, [count, height, width, 1]));
}

// packages/stylegan2/src/drawStyles.ts
import { tidy as tidy11 } from "@tensorflow/tfjs-core";
function drawStyles(generator, parameters, rng2, { count, mixing }) {
  return tidy11(() => {
    const draw = () => broadcastLatents(generator.map(parameters, drawLatents(generator, rng2, count)), generator);
    const first = draw();
    if (rng2.uniform() >= mixing) return first;
    return mixStyles(first, draw(), 1 + rng2.integer(generator.styles - 1));
  });
}

// packages/stylegan2/src/augmentImages.ts
import { add as add9, matMul as matMul3, mul as mul9, reshape as reshape5, tensor3d, tensor4d as tensor4d2, tidy as tidy12, transpose as transpose2 } from "@tensorflow/tfjs-core";
var BRIGHTNESS = 0.2;
var CONTRAST = 0.5;
var SCALE = 0.2;
var SHIFT = 0.125;
var CUTOUT = 0.5;
var augmentImages = (images2, { probability, rng: rng2 }) => tidy12(() => probability > 0 ? cutOut(recolour(deform(images2, probability, rng2), probability, rng2), probability, rng2) : images2.clone());
function deform(images2, probability, rng2) {
  const [batch2, height, width, channels] = images2.shape;
  const maps = Array.from({ length: batch2 }, () => drawAxisMaps(rng2, probability, height, width));
  const rows = interpolation(maps.map(({ rows: map }) => map), height);
  const columns = interpolation(maps.map(({ columns: map }) => map), width);
  const shifted = matMul3(rows, reshape5(images2, [batch2, height, width * channels]));
  const turned = transpose2(reshape5(shifted, [batch2, height, width, channels]), [0, 2, 1, 3]);
  const both = matMul3(columns, reshape5(turned, [batch2, width, height * channels]));
  return transpose2(reshape5(both, [batch2, width, height, channels]), [0, 2, 1, 3]);
}
function drawAxisMaps(rng2, probability, height, width) {
  const chosen = () => rng2.uniform() < probability;
  const mirror = chosen() && rng2.uniform() < 0.5 ? -1 : 1;
  const whole = chosen() ? [rng2.uniform(-SHIFT, SHIFT), rng2.uniform(-SHIFT, SHIFT)] : [0, 0];
  const size2 = chosen() ? 2 ** (SCALE * rng2.normal()) : 1;
  const aspect = chosen() ? 2 ** (SCALE * rng2.normal()) : 1;
  const fraction = chosen() ? [SHIFT * rng2.normal(), SHIFT * rng2.normal()] : [0, 0];
  const shift = (axis, side) => Math.round(whole[axis] * side) + fraction[axis] * side;
  return { rows: { scale: size2 * aspect, shift: shift(0, height) }, columns: { scale: mirror * size2 / aspect, shift: shift(1, width) } };
}
function interpolation(maps, side) {
  const weights = new Float32Array(maps.length * side * side);
  const centre = (side - 1) / 2;
  for (const [image, { scale, shift }] of maps.entries()) {
    for (let to = 0; to < side; to++) {
      const from = Math.min(side - 1, Math.max(0, (to - centre) / scale + centre - shift));
      const below = Math.min(side - 2, Math.floor(from));
      const start2 = (image * side + to) * side + below;
      weights[start2] = 1 - (from - below);
      weights[start2 + 1] = from - below;
    }
  }
  return tensor3d(weights, [maps.length, side, side]);
}
function recolour(images2, probability, rng2) {
  const [batch2] = images2.shape;
  const perImage = (draw) => tensor4d2(Float32Array.from({ length: batch2 }, draw), [batch2, 1, 1, 1]);
  const brightness = perImage(() => rng2.uniform() < probability ? BRIGHTNESS * rng2.normal() : 0);
  const contrast = perImage(() => rng2.uniform() < probability ? 2 ** (CONTRAST * rng2.normal()) : 1);
  return add9(mul9(images2, contrast), brightness);
}
function cutOut(images2, probability, rng2) {
  const [batch2, height, width] = images2.shape;
  const mask = new Float32Array(batch2 * height * width).fill(1);
  for (let image = 0; image < batch2; image++) {
    if (rng2.uniform() >= probability) continue;
    const [row, column] = [rng2.uniform() * height, rng2.uniform() * width];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        if (Math.abs(y + 0.5 - row) < CUTOUT * height / 2 && Math.abs(x + 0.5 - column) < CUTOUT * width / 2) mask[(image * height + y) * width + x] = 0;
      }
    }
  }
  return mul9(images2, tensor4d2(mask, [batch2, height, width, 1]));
}

// packages/stylegan2/src/adversarialTraining.ts
import { add as add13, keep as keep3, mean as mean7, mul as mul13, reshape as reshape6, sign, slice as slice4, stack, tidy as tidy20, zeros as zeros3 } from "@tensorflow/tfjs-core";

// packages/losses/src/generatorLoss.ts
import { mean as mean3, neg, softplus, tidy as tidy13 } from "@tensorflow/tfjs-core";
function generatorLoss(generated) {
  assertShape("compute the generator loss", { generated: [generated, ["N"]] });
  return tidy13(() => mean3(softplus(neg(generated))));
}

// packages/losses/src/discriminatorLoss.ts
import { add as add10, mean as mean4, neg as neg2, softplus as softplus2, tidy as tidy14 } from "@tensorflow/tfjs-core";
function discriminatorLoss(real, generated) {
  assertShape("compute the discriminator loss", { real: [real, ["N"]], generated: [generated, ["M"]] });
  return tidy14(() => add10(mean4(softplus2(neg2(real))), mean4(softplus2(generated))));
}

// packages/losses/src/r1Penalty.ts
import { grad, mean as mean5, square as square4, sum as sum2, tidy as tidy15 } from "@tensorflow/tfjs-core";
function r1Penalty(score, images2) {
  const { N: batch2 } = assertShape("compute the R1 penalty", { images: [images2, ["N", "H", "W", "C"]] });
  return tidy15(() => {
    const total = (x) => {
      const scores = score(x);
      assertShape("compute the R1 penalty", { scores: [scores, [batch2]] });
      return sum2(scores);
    };
    const slopes = grad(total)(images2);
    return mean5(sum2(square4(slopes), [1, 2, 3]));
  });
}

// packages/losses/src/pathLengthPenalty.ts
import { grad as grad2, mean as mean6, mul as mul10, sqrt as sqrt3, square as square5, sub as sub2, sum as sum3, tidy as tidy16 } from "@tensorflow/tfjs-core";
function pathLengthPenalty(synthesise2, latents, { direction, target }) {
  const action = "compute the path-length penalty";
  const { N, H, W, C } = assertShape(action, { latents: [latents, ["N", "L", "D"]], direction: [direction, ["N", "H", "W", "C"]] });
  return tidy16(() => {
    const along = (x) => {
      const images2 = synthesise2(x);
      assertShape(action, { images: [images2, [N, H, W, C]] });
      return sum3(mul10(images2, direction));
    };
    const slopes = grad2(along)(latents);
    const lengths = sqrt3(mean6(sum3(square5(slopes), 2), 1));
    return { loss: mean6(square5(sub2(lengths, target))), lengths };
  });
}

// packages/optim/src/requireNumber.ts
function requireNumber(action, name, value, rule, fits) {
  if (!Number.isFinite(value) || !fits) throw new RangeError(`Cannot ${action} as ${name} must be ${rule}: current value is ${value}`);
}

// packages/optim/src/updateByName.ts
import { tidy as tidy17, zerosLike } from "@tensorflow/tfjs-core";
function zeroState(slotNames, parameters) {
  const names = [...parameters.keys()];
  const zeros4 = tidy17(() => slotNames.map(() => [...parameters.values()].map((parameter) => zerosLike(parameter))));
  return { slots: Object.fromEntries(slotNames.map((slotName, slot) => [slotName, zip(names, zeros4[slot])])), step: 0 };
}
function updateByName(slotNames, gradients, state, parameters, rule) {
  for (const name of gradients.keys()) {
    if (!parameters.has(name)) throw new RangeError(`Cannot update parameters as each gradient must belong to one of them: current gradient is ${name}`);
  }
  const entries = [];
  const idle = [];
  for (const [name, parameter] of parameters) {
    const gradient = gradients.get(name);
    const slots = slotNames.map((slotName) => {
      const slot = state.slots[slotName]?.get(name);
      if (!slot) throw new RangeError(`Cannot update parameters as the state must have "${slotName}" for each of them: current parameter is ${name}`);
      return slot;
    });
    for (const [what, tensor2] of [["gradient", gradient], ...slotNames.map((slotName, slot) => [slotName, slots[slot]])]) {
      if (tensor2 && String(tensor2.shape) !== String(parameter.shape)) {
        throw new TypeError(`Cannot update ${name} as its ${what} must have shape [${parameter.shape.join(", ")}]: current shape is [${tensor2.shape.join(", ")}]`);
      }
    }
    if (gradient) entries.push({ name, parameter, gradient, slots });
    else idle.push([name, [parameter, ...slots]]);
  }
  const { active, unchanged } = tidy17(() => ({
    active: rule(entries).map((tensors2) => [...tensors2]),
    unchanged: idle.map(([, tensors2]) => tensors2.map((tensor2) => tensor2.clone()))
  }));
  const updated = /* @__PURE__ */ new Map();
  entries.forEach(({ name }, index) => updated.set(name, active[index]));
  idle.forEach(([name], index) => updated.set(name, unchanged[index]));
  const column = (index) => new Map([...parameters.keys()].map((name) => [name, updated.get(name)[index]]));
  return {
    parameters: column(0),
    state: { slots: Object.fromEntries(slotNames.map((slotName, slot) => [slotName, column(slot + 1)])), step: state.step + 1 }
  };
}
function zip(names, tensors2) {
  return new Map(names.map((name, index) => [name, tensors2[index]]));
}

// packages/optim/src/adamW.ts
import { add as add11, div as div2, mul as mul11, sqrt as sqrt4, square as square6, sub as sub3, tidy as tidy18 } from "@tensorflow/tfjs-core";
function adamW({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.01, decays = () => true } = {}) {
  for (const [name, beta] of Object.entries({ beta1, beta2 })) requireNumber("make AdamW", name, beta, "from 0 up to, not including, 1", beta >= 0 && beta < 1);
  requireNumber("make AdamW", "epsilon", epsilon, "above 0", epsilon > 0);
  requireNumber("make AdamW", "weightDecay", weightDecay, "0 or more", weightDecay >= 0);
  const slotNames = ["firstMoment", "secondMoment"];
  return {
    init: (parameters) => zeroState(slotNames, parameters),
    update(gradients, state, parameters, { learningRate }) {
      requireNumber("update parameters", "learningRate", learningRate, "0 or more", learningRate >= 0);
      const time = state.step + 1;
      return updateByName(slotNames, gradients, state, parameters, (entries) => {
        const attributes = {
          stepSize: learningRate / (1 - beta1 ** time),
          beta1,
          beta2,
          epsilon,
          secondCorrection: Math.sqrt(1 - beta2 ** time),
          decay: entries.map(({ name, parameter }) => decays(name, parameter) ? 1 - learningRate * weightDecay : 1)
        };
        const fused = entries.length > 0 ? runFused(entries, attributes) : void 0;
        return fused ?? entries.map((entry, index) => tidy18(() => step2(entry, attributes, attributes.decay[index])));
      });
    }
  };
}
function step2({ parameter, gradient, slots }, { stepSize, beta1, beta2, epsilon, secondCorrection }, decay) {
  const [first, second] = slots;
  const newFirst = add11(mul11(first, beta1), mul11(gradient, 1 - beta1));
  const newSecond = add11(mul11(second, beta2), mul11(square6(gradient), 1 - beta2));
  const direction = div2(newFirst, add11(div2(sqrt4(newSecond), secondCorrection), epsilon));
  return [sub3(decay === 1 ? parameter : mul11(parameter, decay), mul11(direction, stepSize)), newFirst, newSecond];
}
function runFused(entries, attributes) {
  const outputs = runFusedKernel(
    "AdamList",
    {
      parameters: entries.map(({ parameter }) => parameter),
      gradients: entries.map(({ gradient }) => gradient),
      firstMoments: entries.map(({ slots: [first] }) => first),
      secondMoments: entries.map(({ slots: [, second] }) => second)
    },
    attributes
  );
  const count = entries.length;
  return outputs && entries.map((_, index) => [outputs[index], outputs[count + index], outputs[2 * count + index]]);
}

// packages/optim/src/updateMomentum.ts
import { add as add12, mul as mul12, tidy as tidy19 } from "@tensorflow/tfjs-core";
function updateMomentum(keys, queries, momentum) {
  requireNumber("update the momentum encoder", "momentum", momentum, "from 0 to 1", momentum >= 0 && momentum <= 1);
  const pairs = [...keys].map(([name, key]) => {
    const query = queries.get(name);
    if (!query) throw new RangeError(`Cannot update the momentum encoder as each key must have a query of its name: current key is ${name}`);
    if (String(query.shape) !== String(key.shape)) {
      throw new TypeError(`Cannot update the momentum encoder as the query ${name} must have shape [${key.shape.join(", ")}]: current shape is [${query.shape.join(", ")}]`);
    }
    return { key, query };
  });
  if (pairs.length === 0) return /* @__PURE__ */ new Map();
  const updated = tidy19(
    () => runFusedKernel("MomentumUpdateList", { keys: pairs.map(({ key }) => key), queries: pairs.map(({ query }) => query) }, { momentum }) ?? pairs.map(({ key, query }) => tidy19(() => add12(mul12(key, momentum), mul12(query, 1 - momentum))))
  );
  return new Map([...keys.keys()].map((name, index) => [name, updated[index]]));
}

// packages/stylegan2/src/adaptProbability.ts
var INTERVAL = 4;
function adaptProbability({ augmentProbability, signSum, signCount }, { sign: sign2, count, step: step3, target, rise }) {
  const [sum4, seen] = [signSum + sign2 * count, signCount + count];
  if ((step3 + 1) % INTERVAL !== 0) return { augmentProbability, signSum: sum4, signCount: seen };
  const moved = augmentProbability + Math.sign(sum4 / seen - target) * seen / rise;
  return { augmentProbability: Math.min(1, Math.max(0, moved)), signSum: 0, signCount: 0 };
}

// packages/stylegan2/src/trainedNetwork.ts
import { keep as keep2 } from "@tensorflow/tfjs-core";
function lazyAdam(interval) {
  const share = interval > 0 ? interval / (interval + 1) : 1;
  return { optimizer: adamW({ beta1: 0, beta2: 0.99 ** share, weightDecay: 0 }), share };
}
var TrainedNetwork = class {
  parameters;
  #optimizer;
  #share;
  #state;
  /** @param parameters Taken over. @param interval Steps between two penalties, 0 for none. */
  constructor(parameters, interval) {
    this.parameters = parameters;
    const { optimizer, share } = lazyAdam(interval);
    this.#optimizer = optimizer;
    this.#share = share;
    this.#state = optimizer.init(parameters);
  }
  /** How many updates were made. */
  get updates() {
    return this.#state.step;
  }
  /** Moves the parameters down the gradient of a loss. @returns The auxiliary tensors, which belong to the caller. */
  update(f, learningRate) {
    const { loss, gradients, auxiliary } = valueAndGradients(f, this.parameters);
    loss.dispose();
    const updated = this.#optimizer.update(gradients, this.#state, this.parameters, { learningRate: learningRate * this.#share });
    for (const [name, value] of updated.parameters) this.parameters.get(name)?.assign(value);
    disposeTensors(gradients, updated.parameters, ...Object.values(this.#state.slots));
    this.#state = updated.state;
    return auxiliary;
  }
  /** Parameters and slots under `<name>.*` and `<slot>.<name>.*`; borrowed. */
  tensors(name) {
    const named = (prefix, values2) => [...values2].map(([key, value]) => [`${prefix}.${key}`, value]);
    return new Map([...named(name, this.parameters), ...Object.entries(this.#state.slots).flatMap(([slot, values2]) => named(`${slot}.${name}`, values2))]);
  }
  /** Takes over values by the names of {@link tensors}, whose shapes were checked; borrowed. */
  restore(name, tensors2, updates) {
    for (const [key, parameter] of this.parameters) parameter.assign(tensors2.get(`${name}.${key}`));
    const slots = Object.entries(this.#state.slots).map(([slot, values2]) => {
      const taken = [...values2.keys()].map((key) => [key, keep2(tensors2.get(`${slot}.${name}.${key}`).clone())]);
      disposeTensors(values2);
      return [slot, new Map(taken)];
    });
    this.#state = { slots: Object.fromEntries(slots), step: updates };
  }
  dispose() {
    disposeTensors(this.parameters, ...Object.values(this.#state.slots));
  }
};
function requireShapes(wanted, found) {
  for (const [name, { shape }] of wanted) {
    const tensor2 = found.get(name);
    if (!tensor2) throw new InputError(`Cannot restore training as the snapshot has no tensor ${name}: was it made with another network?`);
    if (tensor2.shape.join() !== shape.join()) throw new InputError(`Cannot restore training as ${name} must have shape [${shape.join(", ")}]: the snapshot's is [${tensor2.shape.join(", ")}]`);
  }
}

// packages/stylegan2/src/adversarialTraining.ts
var PATH_LENGTH_DECAY = 0.01;
var MEAN_LATENT_DECAY = 5e-3;
var PATH_LENGTH_SHARE = 0.5;
var AVERAGE_RAMP = 0.05;
var AdversarialTraining = class {
  #options;
  #generator;
  #discriminator;
  #average;
  #meanLatent;
  #state = { step: 0, images: 0, pathLengthMean: 0, augmentProbability: 0, signSum: 0, signCount: 0 };
  /** @throws {RangeError} If generator and discriminator do not fit, or an option is out of range. */
  constructor(options) {
    this.#options = { r1Gamma: 10, r1Interval: 16, pathLengthWeight: 2, pathLengthInterval: 4, styleMixing: 0.9, averageImages: 1e4, augmentTarget: 0.6, augmentImages: 5e5, ...options };
    const { generator, discriminator, rng: rng2, r1Interval, pathLengthInterval } = this.#options;
    checkOptions(this.#options);
    this.#generator = new TrainedNetwork(generator.initialise(rng2.fork("generator")), pathLengthInterval);
    this.#discriminator = new TrainedNetwork(discriminator.initialise(rng2.fork("discriminator")), r1Interval);
    this.#average = createVariables(() => [...this.#generator.parameters].map(([name, parameter]) => [name, parameter.clone()]));
    this.#meanLatent = keep3(zeros3([generator.latentSize]));
  }
  /** How many steps have been taken. */
  get step() {
    return this.#state.step;
  }
  /** The averaged generator, which is what training is for, and the mean of its w; borrowed, and replaced by the next step. */
  get average() {
    return { parameters: this.#average, meanLatent: this.#meanLatent };
  }
  /**
   * Takes one step: generator, its penalty where it is due, discriminator, its penalty where it is due, average, augmentation.
   *
   * @param images Real images from -1 to 1, [N, resolution, resolution, C]; borrowed. N must be divisible by the discriminator's groups.
   * @param hyper The learning rate of both networks; the paper's is 0.002 for batches of 32.
   * @returns The step's numbers, once the device has them.
   * @throws {TypeError} If the images do not fit.
   */
  async trainStep(images2, { learningRate }) {
    const { generator, r1Interval, pathLengthInterval } = this.#options;
    const { N: count } = assertShape("take a training step", { images: [images2, ["N", generator.resolution, generator.resolution, generator.imageChannels]] });
    const { step: step3 } = this.#state;
    const due = (interval) => interval > 0 && step3 % interval === 0;
    const parts = [];
    parts.push([["generatorLoss"], this.#updateGenerator(count, learningRate)]);
    if (due(pathLengthInterval)) parts.push([["pathLengthPenalty", "pathLength"], this.#regulariseGenerator(Math.max(1, Math.floor(count * PATH_LENGTH_SHARE)), learningRate)]);
    parts.push([["discriminatorLoss", "realScore", "generatedScore", "realSign"], this.#updateDiscriminator(images2, learningRate)]);
    if (due(r1Interval)) parts.push([["r1"], this.#regulariseDiscriminator(images2, learningRate)]);
    this.#followGenerator(count);
    const values2 = await Promise.all(parts.map(([, numbers]) => numbers.data()));
    disposeTensors(parts.map(([, numbers]) => numbers));
    const log = Object.fromEntries(parts.flatMap(([names], part) => names.map((name, index) => [name, values2[part]?.[index]])));
    return this.#conclude(log, count);
  }
  #conclude(log, count) {
    const { augment, augmentTarget: target, augmentImages: rise } = this.#options;
    const { step: step3, images: images2, pathLengthMean } = this.#state;
    const mean8 = log.pathLength === void 0 ? pathLengthMean : pathLengthMean + PATH_LENGTH_DECAY * (log.pathLength - pathLengthMean);
    const adaptation = augment ? adaptProbability(this.#state, { sign: log.realSign, count, step: step3, target, rise }) : {};
    this.#state = { ...this.#state, ...adaptation, step: step3 + 1, images: images2 + count, pathLengthMean: mean8 };
    return { step: this.#state.step, images: this.#state.images, ...log, augmentProbability: this.#state.augmentProbability };
  }
  #rng(phase) {
    return this.#options.rng.fork("step", this.#state.step, phase);
  }
  #augmented(images2, rng2) {
    const { augment } = this.#options;
    return augment ? augment(images2, { probability: this.#state.augmentProbability, rng: rng2 }) : images2;
  }
  /** Latents and noise for as many images. */
  #draw(count, rng2) {
    const { generator, styleMixing } = this.#options;
    return { latents: drawStyles(generator, this.#generator.parameters, rng2, { count, mixing: styleMixing }), noise: drawNoise(generator, rng2, count) };
  }
  #updateGenerator(count, learningRate) {
    const { generator, discriminator } = this.#options;
    const rng2 = this.#rng("generator");
    const { numbers, meanLatent } = this.#generator.update(() => {
      const { latents, noise } = this.#draw(count, rng2);
      const images2 = this.#augmented(generator.synthesise(this.#generator.parameters, latents, { noise }), rng2);
      const loss = generatorLoss(discriminator.score(this.#discriminator.parameters, images2));
      const w = reshape6(slice4(latents, [0, 0, 0], [-1, 1, -1]), [count, generator.latentSize]);
      return { loss, auxiliary: { numbers: stack([loss]), meanLatent: mean7(w, 0) } };
    }, learningRate);
    const previous = this.#meanLatent;
    this.#meanLatent = tidy20(() => keep3(add13(mul13(previous, 1 - MEAN_LATENT_DECAY), mul13(meanLatent, MEAN_LATENT_DECAY))));
    disposeTensors([previous, meanLatent]);
    return numbers;
  }
  /** The penalty stands for those of the steps between: its weight is multiplied by the interval. */
  #regulariseGenerator(count, learningRate) {
    const { generator, pathLengthWeight, pathLengthInterval } = this.#options;
    const rng2 = this.#rng("pathLength");
    const { numbers } = this.#generator.update(() => {
      const { latents, noise } = this.#draw(count, rng2);
      const direction = normalTensor(rng2, [count, generator.resolution, generator.resolution, generator.imageChannels], 1 / generator.resolution);
      const { loss, lengths } = pathLengthPenalty((given) => generator.synthesise(this.#generator.parameters, given, { noise }), latents, { direction, target: this.#state.pathLengthMean });
      return { loss: mul13(loss, pathLengthWeight * pathLengthInterval), auxiliary: { numbers: stack([loss, mean7(lengths)]) } };
    }, learningRate);
    return numbers;
  }
  #updateDiscriminator(images2, learningRate) {
    const { generator, discriminator } = this.#options;
    const rng2 = this.#rng("discriminator");
    const generated = tidy20(() => {
      const { latents, noise } = this.#draw(images2.shape[0], rng2);
      return this.#augmented(generator.synthesise(this.#generator.parameters, latents, { noise }), rng2);
    });
    const { numbers } = this.#discriminator.update(() => {
      const scores = discriminator.score(this.#discriminator.parameters, this.#augmented(images2, rng2));
      const generatedScores = discriminator.score(this.#discriminator.parameters, generated);
      const loss = discriminatorLoss(scores, generatedScores);
      return { loss, auxiliary: { numbers: stack([loss, mean7(scores), mean7(generatedScores), mean7(sign(scores))]) } };
    }, learningRate);
    generated.dispose();
    return numbers;
  }
  #regulariseDiscriminator(images2, learningRate) {
    const { discriminator, r1Gamma, r1Interval } = this.#options;
    const rng2 = this.#rng("r1");
    const { numbers } = this.#discriminator.update(() => {
      const penalty = r1Penalty((given) => discriminator.score(this.#discriminator.parameters, this.#augmented(given, rng2)), images2);
      return { loss: mul13(penalty, r1Gamma / 2 * r1Interval), auxiliary: { numbers: stack([penalty]) } };
    }, learningRate);
    return numbers;
  }
  /** The averaged generator follows by an exponential mean over the images. */
  #followGenerator(count) {
    const halfLife = Math.min(this.#options.averageImages, Math.max(count, AVERAGE_RAMP * (this.#state.images + count)));
    const updated = updateMomentum(this.#average, this.#generator.parameters, 0.5 ** (count / halfLife));
    for (const [name, value] of updated) this.#average.get(name)?.assign(value);
    disposeTensors(updated);
  }
  /** Everything that training goes on from; the tensors are borrowed and good until the next step. */
  snapshot() {
    const average = [...this.#average].map(([name, parameter]) => [`average.${name}`, parameter]);
    const tensors2 = new Map([...this.#generator.tensors("generator"), ...this.#discriminator.tensors("discriminator"), ...average, ["mean_latent", this.#meanLatent]]);
    return { tensors: tensors2, state: { ...this.#state, generatorUpdates: this.#generator.updates, discriminatorUpdates: this.#discriminator.updates } };
  }
  /**
   * Goes on exactly from a snapshot.
   *
   * @param snapshot Tensors (borrowed) and state, as {@link snapshot} returned them.
   * @throws {InputError} If a tensor is missing or has another shape; nothing is changed then.
   */
  restore({ tensors: tensors2, state: { generatorUpdates, discriminatorUpdates, ...state } }) {
    requireShapes(this.snapshot().tensors, tensors2);
    this.#generator.restore("generator", tensors2, generatorUpdates);
    this.#discriminator.restore("discriminator", tensors2, discriminatorUpdates);
    for (const [name, parameter] of this.#average) parameter.assign(tensors2.get(`average.${name}`));
    this.#meanLatent.dispose();
    this.#meanLatent = keep3(tensors2.get("mean_latent").clone());
    this.#state = state;
  }
  /** Frees everything; may be called twice. */
  dispose() {
    this.#generator.dispose();
    this.#discriminator.dispose();
    disposeTensors(this.#average, [this.#meanLatent]);
  }
};
function checkOptions({ generator, discriminator, ...numbers }) {
  const demand = (holds, rule, value) => {
    if (!holds) throw new RangeError(`Cannot train adversarially as ${rule}: current value is ${String(value)}`);
  };
  demand(generator.resolution === discriminator.resolution && generator.imageChannels === discriminator.imageChannels, "generator and discriminator must have images of the same size and channels", `${generator.resolution} and ${discriminator.resolution} pixels, ${generator.imageChannels} and ${discriminator.imageChannels} channels`);
  for (const name of ["r1Interval", "pathLengthInterval"]) demand(Number.isSafeInteger(numbers[name]) && numbers[name] >= 0, `${name} must be 0 or a positive integer`, numbers[name]);
  for (const name of ["r1Gamma", "pathLengthWeight"]) demand(numbers[name] >= 0 && Number.isFinite(numbers[name]), `${name} must be 0 or more`, numbers[name]);
  for (const name of ["averageImages", "augmentImages"]) demand(numbers[name] > 0, `${name} must be above 0`, numbers[name]);
  demand(numbers.styleMixing >= 0 && numbers.styleMixing <= 1, "styleMixing must be from 0 to 1", numbers.styleMixing);
  demand(numbers.augmentTarget > -1 && numbers.augmentTarget <= 1, "augmentTarget must be above -1 and at most 1", numbers.augmentTarget);
}

// tools/bench/gan.mjs
import * as tf2 from "@tensorflow/tfjs-core";
import { parseArgs } from "node:util";

// tools/bench/ceilings.mjs
import * as tf from "@tensorflow/tfjs-core";

// tools/bench/best.mjs
function best(run, runs = 7) {
  run();
  run();
  return Math.min(...Array.from({ length: runs }, () => {
    const start2 = performance.now();
    run();
    return (performance.now() - start2) / 1e3;
  }));
}

// tools/bench/ceilings.mjs
function measureCeilings(threads2) {
  const { kernels } = tf.backend();
  const rounds = 2e6;
  const operations = threads2 * rounds * 16 * kernels.vector_floats();
  const operationsASecond = operations / best(() => kernels.multiply_add_ceiling(rounds, 0.9, threads2));
  const large = tf.ones([64, 1 << 20]);
  const bytesASecond = 2 * 4 * large.size / best(() => tf.slice(large, [0, 0], [64, 1 << 20]).dispose());
  large.dispose();
  return { operationsASecond, bytesASecond };
}

// tools/bench/profileKernels.mjs
import { getKernelsForBackend, registerKernel, unregisterKernel } from "@tensorflow/tfjs-core";

// tools/bench/kernelCost.mjs
import { util } from "@tensorflow/tfjs-core";
var VIEWS = /* @__PURE__ */ new Set(["Identity", "Reshape", "ExpandDims"]);
var size = ({ shape }) => util.sizeFromShape(shape);
var convolution = (map, [height, width, channels]) => 2 * size(map) * height * width * channels;
var product = (a, out, transposeA) => 2 * size(out) * a.shape.at(transposeA ? -2 : -1);
var OPERATIONS = {
  Conv2D: ({ filter }, attrs, [out]) => convolution(out, filter.shape),
  FusedConv2D: ({ filter }, attrs, [out]) => convolution(out, filter.shape),
  Conv2DBackpropInput: ({ dy, filter }) => convolution(dy, filter.shape),
  Conv2DBackpropFilter: ({ dy }, { filterShape }) => convolution(dy, filterShape),
  BatchMatMul: ({ a }, { transposeA }, [out]) => product(a, out, transposeA),
  _FusedMatMul: ({ a }, { transposeA }, [out]) => product(a, out, transposeA),
  InfoNceQueue: ({ query, queue }) => 2 * size(query) * queue.shape[0]
};
function kernelCost(name, inputs, attrs, outputs) {
  const tensors2 = VIEWS.has(name) ? [] : [...new Map([...Object.values(inputs), ...outputs].filter(Boolean).map((tensor2) => [tensor2.dataId, tensor2])).values()];
  return { operations: OPERATIONS[name]?.(inputs, attrs, outputs) ?? 0, bytes: tensors2.reduce((sum4, tensor2) => sum4 + 4 * size(tensor2), 0) };
}

// tools/bench/profileKernels.mjs
function profileKernels(backendName, { operationsASecond, bytesASecond }) {
  let sums = /* @__PURE__ */ new Map();
  for (const kernel of getKernelsForBackend(backendName)) {
    unregisterKernel(kernel.kernelName, backendName);
    registerKernel({
      ...kernel,
      kernelFunc: (call) => {
        const start2 = performance.now();
        const result = kernel.kernelFunc(call);
        const elapsed = performance.now() - start2;
        const { operations, bytes } = kernelCost(kernel.kernelName, call.inputs, call.attrs ?? {}, [result].flat());
        const sum4 = sums.get(kernel.kernelName) ?? { name: kernel.kernelName, calls: 0, milliseconds: 0, roofline: 0 };
        sums.set(kernel.kernelName, { ...sum4, calls: sum4.calls + 1, milliseconds: sum4.milliseconds + elapsed, roofline: sum4.roofline + 1e3 * Math.max(operations / operationsASecond, bytes / bytesASecond) });
        return result;
      }
    });
  }
  return {
    take() {
      const taken = [...sums.values()].sort((a, b) => b.milliseconds - a.milliseconds);
      sums = /* @__PURE__ */ new Map();
      return taken;
    }
  };
}

// tools/bench/gan.mjs
var text = (value) => ({ type: "string", default: value });
var { values, positionals } = parseArgs({ allowPositionals: true, options: { threads: text("2"), "channel-base": text("2048"), "channel-maximum": text("64"), "latent-size": text("64"), "mapping-layers": text("4"), profile: { type: "boolean", default: false } } });
var [resolution, batch, steps] = positionals.map(Number);
var { threads, notice } = await registerSimdBackend({ threads: Number(values.threads) });
if (notice) console.log(notice);
tf2.enableProdMode();
await tf2.setBackend("simd");
var sizes = { resolution, channelBase: Number(values["channel-base"]), channelMaximum: Number(values["channel-maximum"]) };
var training = new AdversarialTraining({
  generator: createGenerator({ ...sizes, latentSize: Number(values["latent-size"]), mappingLayers: Number(values["mapping-layers"]) }),
  discriminator: createDiscriminator(sizes),
  rng: createRng(1),
  augment: augmentImages
});
var rng = createRng(2);
var images = tf2.tensor4d(Float32Array.from({ length: batch * resolution ** 2 }, () => rng.normal()), [batch, resolution, resolution, 1]);
var times = { plain: [], pathLength: [], "pathLength and r1": [] };
var tensors;
var reserved;
var start = performance.now();
for (let step3 = 0; step3 < steps; step3++) {
  const before = performance.now();
  const log = await training.trainStep(images, { learningRate: 2e-3 });
  times[log.r1 !== void 0 ? "pathLength and r1" : log.pathLength !== void 0 ? "pathLength" : "plain"].push(performance.now() - before);
  if (step3 === 1) ({ numTensors: tensors, numBytesReserved: reserved } = tf2.memory());
}
var seconds = (performance.now() - start) / 1e3;
var median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
var after = tf2.memory();
console.log(
  `cxr-ifa simd ${threads} threads StyleGAN2 ${resolution}px b${batch} channels ${sizes.channelBase}/${sizes.channelMaximum}: ${(steps * batch / seconds).toFixed(1)} img/s, ${(steps / seconds).toFixed(2)} steps/s; ms a step: ` + Object.entries(times).map(([name, list]) => `${name} ${median(list)?.toFixed(0)}`).join(", ") + `; peakRSS ${(process.resourceUsage().maxRSS / 1e6).toFixed(2)} GB, ${after.numTensors - tensors} tensors and ${after.numBytesReserved - reserved} bytes more than after step 2`
);
if (values.profile) {
  const profile = profileKernels("simd", measureCeilings(threads));
  const before = performance.now();
  while ((await training.trainStep(images, { learningRate: 2e-3 })).pathLength !== void 0) profile.take();
  const kernels = profile.take();
  const total = kernels.reduce((sum4, kernel) => sum4 + kernel.milliseconds, 0);
  for (const { name, milliseconds, calls, roofline } of kernels.slice(0, 30)) console.log(`${name.padEnd(36)} ${milliseconds.toFixed(1).padStart(8)} ms ${calls.toFixed(0).padStart(6)} calls, roofline ${roofline.toFixed(1).padStart(8)} ms`);
  console.log(`${(performance.now() - before).toFixed(0)} ms with the clocks, ${total.toFixed(0)} in kernels`);
}
process.exit(0);

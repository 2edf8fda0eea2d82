import type { FusedKernels } from '@cxr-ifa/tensor';
import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import { inputList, type KernelCall, type KernelOverride } from '../kernelOverride.ts';
import { runProgram, type Program } from '../runProgram.ts';

const SGD: Program = {
  name: 'SGD with momentum',
  inputs: { parameter: 'f32', gradient: 'f32', velocity: 'f32' },
  outputs: { newParameter: 'f32', newVelocity: 'f32' },
  uniforms: { size: 'u32', learningRate: 'f32', momentum: 'f32', decay: 'f32' },
  body: `
  if (index >= uniforms.size) { return; }
  let next = uniforms.momentum * velocity[index] + (gradient[index] + uniforms.decay * parameter[index]);
  newVelocity[index] = next;
  newParameter[index] = parameter[index] - uniforms.learningRate * next;`,
};

const ADAM: Program = {
  name: 'Adam',
  inputs: { parameter: 'f32', gradient: 'f32', first: 'f32', second: 'f32' },
  outputs: { newParameter: 'f32', newFirst: 'f32', newSecond: 'f32' },
  uniforms: { size: 'u32', stepSize: 'f32', beta1: 'f32', rest1: 'f32', beta2: 'f32', rest2: 'f32', epsilon: 'f32', secondCorrection: 'f32', decay: 'f32' },
  body: `
  if (index >= uniforms.size) { return; }
  let nextFirst = uniforms.beta1 * first[index] + uniforms.rest1 * gradient[index];
  let nextSecond = uniforms.beta2 * second[index] + uniforms.rest2 * gradient[index] * gradient[index];
  newFirst[index] = nextFirst;
  newSecond[index] = nextSecond;
  newParameter[index] = uniforms.decay * parameter[index] - uniforms.stepSize * nextFirst / (sqrt(nextSecond) / uniforms.secondCorrection + uniforms.epsilon);`,
};

const FOLLOW: Program = {
  name: 'momentum update',
  inputs: { key: 'f32', query: 'f32' },
  outputs: { newKey: 'f32' },
  uniforms: { size: 'u32', momentum: 'f32', rest: 'f32' },
  body: `
  if (index >= uniforms.size) { return; }
  newKey[index] = uniforms.momentum * key[index] + uniforms.rest * query[index];`,
};

/**
 * One dispatch for each tensor of the lists, and its outputs in order of the kernel's table: all first outputs, all second ones, ...
 * A shader binds too few buffers to take whole lists at once.
 */
function runList(call: KernelCall, program: Program, lists: readonly string[], uniforms: (index: number) => readonly number[]): TensorInfo[] {
  const inputs = lists.map((name) => inputList(call, name));
  const outputs = (inputs[0] as TensorInfo[]).map(({ shape }, index) => {
    const size = util.sizeFromShape(shape);
    const specs = Object.keys(program.outputs).map(() => ({ shape }));
    return runProgram(call.backend, program, inputs.map((list) => list[index] as TensorInfo), specs, [size, ...uniforms(index)], size);
  });
  return Object.keys(program.outputs).flatMap((_, which) => outputs.map((each) => each[which] as TensorInfo));
}

/** Optimisers and momentum encoder over whole lists of tensors. */
export const listOverrides: readonly KernelOverride[] = [
  {
    kernelName: 'SgdMomentumList',
    run(call) {
      const { learningRate, momentum, weightDecay } = call.attrs as unknown as FusedKernels['SgdMomentumList']['attributes'];
      return runList(call, SGD, ['parameters', 'gradients', 'velocities'], (index) => [learningRate, momentum, weightDecay[index] as number]);
    },
  },
  {
    kernelName: 'AdamList',
    run(call) {
      const { stepSize, beta1, beta2, epsilon, secondCorrection, decay } = call.attrs as unknown as FusedKernels['AdamList']['attributes'];
      return runList(call, ADAM, ['parameters', 'gradients', 'firstMoments', 'secondMoments'], (index) => [stepSize, beta1, 1 - beta1, beta2, 1 - beta2, epsilon, secondCorrection, decay[index] as number]);
    },
  },
  {
    kernelName: 'MomentumUpdateList',
    run(call) {
      const { momentum } = call.attrs as unknown as FusedKernels['MomentumUpdateList']['attributes'];
      return runList(call, FOLLOW, ['keys', 'queries'], () => [momentum, 1 - momentum]);
    },
  },
];

import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import { input, type KernelOverride } from '../kernelOverride.ts';
import { runProgram, type Program } from '../runProgram.ts';

const THREADS = 64;

// A workgroup takes a position: its threads share the channels, and add up their sums in shared memory.
const DECLARATIONS = `var<workgroup> sums: array<vec3<f32>, ${THREADS}>;`;
const COMPARE = `
  let isThere = group < uniforms.positions;
  let first = select(0u, group * uniforms.channels, isThere);
  var own = vec3<f32>(0.0); // a . b, a . a, b . b
  for (var channel = local; channel < uniforms.channels; channel += ${THREADS}u) {
    let left = a[first + channel];
    let right = b[first + channel];
    own += vec3<f32>(left * right, left * left, right * right);
  }
  sums[local] = own;
  workgroupBarrier();
  for (var width = ${THREADS / 2}u; width > 0u; width /= 2u) {
    if (local < width) { sums[local] += sums[local + width]; }
    workgroupBarrier();
  }
  let total = sums[0];
  let isAlive = total.y >= 1e-12 && total.z >= 1e-12; // below it a vector has no direction and the cosine is 0
  let normA = sqrt(total.y);
  let normB = sqrt(total.z);`;

const COSINE: Program = {
  name: 'cosine map',
  inputs: { a: 'f32', b: 'f32' },
  outputs: { cosine: 'f32' },
  uniforms: { positions: 'u32', channels: 'u32' },
  workgroupSize: THREADS,
  declarations: DECLARATIONS,
  body: `${COMPARE}
  if (isThere && local == 0u) { cosine[group] = select(0.0, total.x / (normA * normB), isAlive); }`,
};

const GRADIENT: Program = {
  name: 'cosine map gradient',
  inputs: { dy: 'f32', a: 'f32', b: 'f32' },
  outputs: { da: 'f32' },
  uniforms: { positions: 'u32', channels: 'u32' },
  workgroupSize: THREADS,
  declarations: DECLARATIONS,
  body: `${COMPARE}
  if (!isThere) { return; }
  let cosine = total.x / (normA * normB);
  for (var channel = local; channel < uniforms.channels; channel += ${THREADS}u) {
    let direction = b[first + channel] / normB - cosine * a[first + channel] / normA;
    da[first + channel] = select(0.0, dy[group] * direction / normA, isAlive);
  }`,
};

/** The cosine over channels at each position, which IFA compares maps by, and its gradient. */
export const cosineOverrides: readonly KernelOverride[] = [
  {
    kernelName: 'CosineMap',
    run(call) {
      const [a, b] = [input(call, 'a'), input(call, 'b')];
      const shape = a.shape.slice(0, -1);
      const positions = util.sizeFromShape(shape);
      return runProgram(call.backend, COSINE, [a, b], [{ shape }], [positions, a.shape.at(-1) as number], positions * THREADS)[0] as TensorInfo;
    },
  },
  {
    kernelName: 'CosineMapGrad',
    run(call) {
      const [dy, a, b] = [input(call, 'dy'), input(call, 'a'), input(call, 'b')];
      const positions = util.sizeFromShape(dy.shape);
      return runProgram(call.backend, GRADIENT, [dy, a, b], [{ shape: a.shape }], [positions, a.shape.at(-1) as number], positions * THREADS)[0] as TensorInfo;
    },
  },
];

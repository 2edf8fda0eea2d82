import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import { input, type KernelOverride } from '../kernelOverride.ts';
import { isEmpty, runProgram, type Program } from '../runProgram.ts';

/** exp(x) - 1 without the loss of digits near 0: a series for small x. */
const EXPM1 = `
fn expm1(x: f32) -> f32 {
  if (abs(x) > 0.5) { return exp(x) - 1.0; }
  return x * (1.0 + x * (0.5 + x * (1.0 / 6.0 + x * (1.0 / 24.0 + x * (1.0 / 120.0 + x * (1.0 / 720.0 + x * (1.0 / 5040.0 + x * (1.0 / 40320.0))))))));
}`;

/** log(1 + x) for x from 0 to 1 without the loss of digits near 0: by the series of the inverse hyperbolic tangent. */
const LOG1P = `
fn log1p(x: f32) -> f32 {
  if (x > 0.5) { return log(1.0 + x); }
  let s = x / (2.0 + x);
  let t = s * s;
  return 2.0 * s * (1.0 + t * (1.0 / 3.0 + t * (0.2 + t * (1.0 / 7.0 + t * (1.0 / 9.0 + t * (1.0 / 11.0))))));
}`;

/** What each computes of `v`; comparisons are written so that NaN stays NaN, which WGSL's own min, max and clamp do not promise. */
const FUNCTIONS: Readonly<Record<string, { expression: string; declarations?: string }>> = {
  Relu6: { expression: 'select(select(v, 6.0, v > 6.0), 0.0, v < 0.0)' },
  Tanh: { expression: 'sign(v) * select(-expm1(-2.0 * abs(v)) / (2.0 + expm1(-2.0 * abs(v))), 1.0, abs(v) > 10.0)', declarations: EXPM1 },
  Elu: { expression: 'select(expm1(v), v, v >= 0.0)', declarations: EXPM1 },
  Softplus: { expression: 'select(0.0, v, v > 0.0) + log1p(exp(-abs(v)))', declarations: LOG1P },
};

/** Element-wise functions of which tfjs's shaders lose digits near 0, or NaN. */
export const unaryOverrides: readonly KernelOverride[] = Object.entries(FUNCTIONS).map(([kernelName, { expression, declarations = '' }]) => {
  const program: Program = {
    name: kernelName,
    inputs: { x: 'f32' },
    outputs: { y: 'f32' },
    uniforms: { size: 'u32' },
    declarations,
    body: `
  if (index >= uniforms.size) { return; }
  let v = x[index];
  y[index] = select(${expression}, v, (bitcast<u32>(v) & 0x7fffffffu) > 0x7f800000u);`,
  };
  return {
    kernelName,
    run(call) {
      const x = input(call, 'x');
      if (x.dtype !== 'float32' || isEmpty(x)) return undefined;
      const size = util.sizeFromShape(x.shape);
      return runProgram(call.backend, program, [x], [{ shape: x.shape }], [size], size)[0] as TensorInfo;
    },
  };
});

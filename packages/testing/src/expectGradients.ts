import { grads, tensor, tidy, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import { counterUniform } from './counterGenerator.ts';

/**
 * Fails unless the gradients of `f` agree with central differences along random directions:
 * one number a direction stands for every element, and float32's noise stays away from single elements.
 *
 * @param f A scalar function of the inputs.
 * @param inputs The point at which to differentiate; choose it away from kinks.
 * @param options `step` of the difference, the `relative` and `absolute` tolerance, and the number of `directions` an input.
 */
export async function expectGradients(
  f: (...inputs: Tensor[]) => Scalar,
  inputs: readonly Tensor[],
  { step = 1e-2, relative = 1e-2, absolute = 1e-3, directions = 3 }: { step?: number; relative?: number; absolute?: number; directions?: number } = {},
): Promise<void> {
  const gradients = grads(f as (...x: Tensor[]) => Tensor)(inputs as Tensor[]);
  for (const [index, input] of inputs.entries()) {
    const gradient = await (gradients[index] as Tensor).data();
    const at = await input.data();
    for (let direction = 0; direction < directions; direction++) {
      const along = Float64Array.from(counterUniform(9001 + 31 * index + direction, input.size), (value) => 2 * value - 1);
      const length = Math.hypot(...along) || 1;
      const shifted = async (sign: number): Promise<number> => {
        const value = tidy(() => {
          const moved = tensor(Float32Array.from(at as Float32Array, (x, i) => x + (sign * step * (along[i] as number)) / length), input.shape);
          return f(...inputs.map((other, i) => (i === index ? moved : other)));
        });
        const number = (await value.data())[0] as number;
        value.dispose();
        return number;
      };
      const numeric = ((await shifted(1)) - (await shifted(-1))) / (2 * step);
      const analytic = along.reduce((sum, x, i) => sum + (x / length) * (gradient[i] as number), 0);
      if (!(Math.abs(numeric - analytic) <= absolute + relative * Math.abs(numeric))) {
        throw new Error(`gradient of input ${index} along direction ${direction} is ${analytic}, central difference ${numeric}`);
      }
    }
  }
  for (const gradient of gradients) gradient.dispose();
}

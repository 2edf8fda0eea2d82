import { add, matMul, tidy, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { assertShape } from '@cxr-ifa/tensor';

/**
 * x weightᵀ + bias, with the weight laid out as PyTorch's `nn.Linear` has it.
 *
 * @param x Inputs, [N, I].
 * @param weight Weight, [O, I].
 * @param bias Bias, [O]; none if left out.
 * @returns Outputs, [N, O].
 * @throws {TypeError} If a shape does not fit.
 *
 * @example
 * ```ts
 * const logits = linear(features, weight, bias); // [N, 2048] -> [N, 14]
 * ```
 */
export function linear(x: Tensor2D, weight: Tensor2D, bias?: Tensor1D): Tensor2D {
  assertShape('apply a linear layer', { x: [x, ['N', 'I']], weight: [weight, ['O', 'I']], ...(bias && { bias: [bias, ['O']] as const }) });
  return tidy(() => {
    const product: Tensor2D = matMul(x, weight, false, true); // [N, O]
    return bias ? add<Tensor2D>(product, bias) : product;
  });
}

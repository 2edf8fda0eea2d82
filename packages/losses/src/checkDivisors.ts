import { assertShape } from '@cxr-ifa/tensor';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';

/** Tensors of one shape, whatever it is, and a divisor for each of their rows. */
export function checkDivisors(action: string, tensors: Readonly<Record<string, Tensor>>, divisors: Tensor1D | undefined): void {
  const [[, first] = []] = Object.entries(tensors);
  if (first === undefined) return;
  const axes = first.shape.map((_, axis) => ['N', 'F'][axis] ?? `D${axis}`);
  assertShape(action, { ...Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, [tensor, axes] as const])), ...(divisors && { divisors: [divisors, ['N']] as const }) });
}

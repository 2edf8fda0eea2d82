import { customGrad, zerosLike, type Tensor } from '@tensorflow/tfjs-core';

/** The same values as a constant: no gradient goes through. Costs nothing where none was on its way. */
export function stopGradient<T extends Tensor>(x: T): T {
  return customGrad((y) => ({ value: (y as Tensor).clone(), gradFunc: (dy: Tensor) => zerosLike(dy) }))(x) as T;
}

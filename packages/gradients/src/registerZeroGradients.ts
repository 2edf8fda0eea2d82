import { registerGradient, zerosLike, type Tensor } from '@tensorflow/tfjs-core';

// Comparisons and logic are constant almost everywhere, yet core has no gradient for them and throws inside a tape.
const BINARY = ['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual', 'LogicalAnd', 'LogicalOr'];
const UNARY = ['LogicalNot', 'IsNan', 'IsInf', 'IsFinite'];

for (const kernelName of BINARY) {
  registerGradient({
    kernelName,
    inputsToSave: ['a', 'b'],
    gradFunc: (_dy, saved) => {
      const [a, b] = saved as [Tensor, Tensor];
      return { a: () => zerosLike(a), b: () => zerosLike(b) };
    },
  });
}
for (const kernelName of UNARY) {
  registerGradient({
    kernelName,
    inputsToSave: ['x'],
    gradFunc: (_dy, saved) => {
      const [x] = saved as [Tensor];
      return { x: () => zerosLike(x) };
    },
  });
}

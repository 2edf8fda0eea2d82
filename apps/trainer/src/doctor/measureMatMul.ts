import { matMul, tensor2d, type Tensor2D } from '@tensorflow/tfjs-core';
import { createRng } from '@cxr-ifa/tensor';

const SIZE = 512;
const MILLISECONDS = 400;

/** The rate of a matrix product on the current backend, in GFLOP/s: a square of 512, warmed up, for about half a second. */
export async function measureMatMul(now: () => number): Promise<number> {
  const rng = createRng(3);
  const matrix = (): Tensor2D => tensor2d(Float32Array.from({ length: SIZE * SIZE }, () => rng.uniform(-1, 1)), [SIZE, SIZE]);
  const [a, b] = [matrix(), matrix()];
  const multiply = async (): Promise<void> => {
    const product = matMul(a, b);
    await product.data();
    product.dispose();
  };
  try {
    await multiply();
    const start = now();
    let count = 0;
    while (now() - start < MILLISECONDS) {
      await multiply();
      count++;
    }
    return (2 * SIZE ** 3 * count) / ((now() - start) * 1e6);
  } finally {
    a.dispose();
    b.dispose();
  }
}

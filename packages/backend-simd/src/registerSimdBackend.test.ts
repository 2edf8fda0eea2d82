import { runFusedKernel } from '@cxr-ifa/tensor';
import { add, avgPool, conv2d, depthwiseConv2d, engine, fused, getBackend, grad, grads, image, matMul, mean, memory, min, removeBackend, setBackend, softmax, square, sum, tensor, tensor2d, tidy, transpose, zeros, type Tensor, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import { counterNormal } from '@cxr-ifa/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { registerSimdBackend } from './registerSimdBackend.ts';
import type { SimdMemory } from './simdBackend.ts';

const normal = (stream: number, shape: number[]): Tensor => tensor(Float32Array.from(counterNormal(stream, shape.reduce((a, b) => a * b, 1))), shape);

/** Work in which every kernel that divides its work has more than one task. */
function work(): Tensor[] {
  return tidy(() => {
    const [x, filter] = [normal(1, [4, 24, 24, 16]), normal(2, [3, 3, 16, 24])];
    const convolve = (strides: number) => (a: Tensor, b: Tensor) => conv2d(a as Tensor4D, b as Tensor4D, strides, 'same');
    const gradients = [1, 2].flatMap((strides) => grads((a, b) => mean(square(convolve(strides)(a, b))))([x, filter]));
    const product = matMul(normal(3, [200, 70]), normal(4, [300, 70]), false, true);
    const depthwise = grads((a, b) => mean(square(depthwiseConv2d(a as Tensor4D, b as Tensor4D, 1, 'same'))))([x, normal(6, [3, 3, 16, 1])]);
    const [pooled, resized] = [grad((a) => mean(square(avgPool(a as Tensor4D, 3, 2, 'same'))))(x), grad((a) => mean(square(image.resizeBilinear(a as Tensor4D, [37, 31]))))(x)];
    const turned = image.transform(x as Tensor4D, tensor2d([[0.9, -0.35, 2.1, 0.31, 1.1, -1.7, 0, 0]]) as Tensor2D, 'bilinear', 'reflect');
    const list = [normal(7, [40_000]), normal(8, [20_000])];
    const adam = { stepSize: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, secondCorrection: 0.1, decay: [0.99, 1] };
    const updated = runFusedKernel('AdamList', { parameters: list, gradients: list, firstMoments: list, secondMoments: list.map((each) => square(each)) }, adam) as Tensor[];
    return [
      ...gradients,
      fused.conv2d({ x: x as Tensor4D, filter: filter as Tensor4D, strides: 1, pad: 'same', activation: 'relu' }),
      product,
      softmax(product),
      sum(normal(5, [70_000])),
      mean(x, [0, 1, 2]),
      min(x, [0, 1, 2]),
      ...depthwise,
      pooled,
      resized,
      turned,
      image.resizeNearestNeighbor(x as Tensor4D, [37, 31]),
      transpose(x, [0, 3, 1, 2]),
      ...updated,
    ];
  });
}

async function resultsWith(threads: number): Promise<number[][]> {
  await registerSimdBackend({ threads });
  await setBackend('simd');
  const outputs = work();
  const values = await Promise.all(outputs.map(async (output) => Array.from(await output.data())));
  outputs.forEach((output) => output.dispose());
  await setBackend('cpu');
  removeBackend('simd');
  return values;
}

describe('registerSimdBackend', () => {
  afterEach(async () => {
    await setBackend('cpu');
    if (engine().registryFactory['simd']) removeBackend('simd');
    delete (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated;
  });

  it('computes the same bits with any number of threads', async () => {
    const alone = await resultsWith(1);
    expect(await resultsWith(2)).toEqual(alone);
    expect(await resultsWith(3)).toEqual(alone);
  });

  it('registers without becoming the current backend, and once', async () => {
    expect(await registerSimdBackend({ threads: 2 })).toEqual({ threads: 2, relaxed: expect.any(Boolean) as boolean });
    expect(getBackend()).toBe('cpu');
    await expect(registerSimdBackend()).rejects.toThrowErrorMatchingInlineSnapshot(`[Error: Cannot register the backend simd as there is one of that name: call removeBackend('simd') first]`);
  });

  it('goes on with one thread, and says so, where memory cannot be shared', async () => {
    (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated = false;
    expect(await registerSimdBackend({ threads: 4 })).toEqual({
      threads: 1,
      relaxed: expect.any(Boolean) as boolean,
      notice: 'One thread instead of 4: this page is not cross-origin isolated (COOP and COEP headers), so memory cannot be shared with workers',
    });
  });

  it('refuses impossible numbers of threads', async () => {
    for (const threads of [0, -1, 1.5, NaN, 65]) await expect(registerSimdBackend({ threads })).rejects.toThrow(RangeError);
    await expect(registerSimdBackend({ threads: 0 })).rejects.toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot create the backend simd as threads must be an integer from 1 to 64: current value is 0]`);
  });

  it('reuses its memory: no growth and no tensors after the second round of the same work', async () => {
    await registerSimdBackend();
    await setBackend('simd');
    const round = (): void => work().forEach((output) => output.dispose());
    round();
    round();
    const before = memory() as unknown as SimdMemory & { numTensors: number };
    for (let i = 0; i < 10; i++) round();
    const after = memory() as unknown as SimdMemory & { numTensors: number };
    expect([after.numBytesReserved, after.numBytesInBlocks, after.numTensors]).toEqual([before.numBytesReserved, before.numBytesInBlocks, before.numTensors]);
  });

  it('says what was asked for and what to change when wasm32 has no more memory', async () => {
    await registerSimdBackend();
    await setBackend('simd');
    const [row, column] = [zeros([1, 40_000]), zeros([40_000, 1])];
    expect(() => add(row, column)).toThrow(/^Cannot allocate 6400000000 bytes for a tensor as the WebAssembly memory of the backend simd ends at 4294967296 bytes.*use a smaller batch, image or model, or dispose of tensors$/);
    row.dispose();
    column.dispose();
  });
});

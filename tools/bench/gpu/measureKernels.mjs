import { createRng } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { convolutionOperations } from './jobs.mjs';
import { measureRate } from './measureRate.mjs';

const rng = createRng(1);
const random = (shape) => tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => rng.uniform(-1, 1)), shape, 'float32');

/** GFLOP/s of the product of two square matrices. */
export async function measureMatMul(size, seconds) {
  const [a, b] = [random([size, size]), random([size, size])];
  const rate = await measureRate(() => tf.matMul(a, b), 2 * size ** 3, seconds);
  tf.dispose([a, b]);
  return rate;
}

/** GFLOP/s of a convolution, of its gradient for the input and of that for the filter. */
export async function measureConvolution(job, seconds) {
  const { x: xShape, filter: [height, width, out], stride } = job;
  const filterShape = [height, width, xShape[3], out];
  const pad = stride === 1 ? 'same' : 'valid';
  const [x, filter] = [random(xShape), random(filterShape)];
  const dy = tf.tidy(() => tf.mul(tf.conv2d(x, filter, stride, pad), 1e-3));
  const attributes = { strides: [stride, stride], pad, dataFormat: 'NHWC', dilations: [1, 1], dimRoundingMode: undefined };
  const rate = (kernel, inputs, extra) => measureRate(() => tf.engine().runKernel(kernel, inputs, { ...attributes, ...extra }), convolutionOperations(job), seconds);
  const rates = {
    forward: await rate('Conv2D', { x, filter }),
    inputGradient: await rate('Conv2DBackpropInput', { dy, filter }, { inputShape: xShape }),
    filterGradient: await rate('Conv2DBackpropFilter', { x, dy }, { filterShape }),
  };
  tf.dispose([x, filter, dy]);
  return rates;
}

import { counterNormal, expectClose, expectGradients, expectNoLeak } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import golden from '../golden/layers.json' with { type: 'json' };
import { batchNormTraining, type BatchNormTrainingOptions } from './batchNormTraining.ts';
import { groupedBatchStatistics } from './groupedBatchStatistics.ts';

const shape: [number, number, number, number] = [4, 3, 2, 3];
const make = (stream: number, size: readonly number[], deviation = 1, centre = 0): tf.Tensor =>
  tf.tensor(Float32Array.from(counterNormal(stream, size.reduce((a, b) => a * b, 1)), (value) => centre + deviation * value), size as number[]);
const x = make(1, shape, 2, 3) as tf.Tensor4D;
const scale = make(2, [3], 0.3, 1) as tf.Tensor1D;
const offset = make(3, [3]) as tf.Tensor1D;
const residual = make(4, shape) as tf.Tensor4D;
const weights = make(5, shape);

const weightedSum = (options: BatchNormTrainingOptions) => (maps: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, added?: tf.Tensor): tf.Scalar =>
  tf.sum(tf.mul(batchNormTraining(maps as tf.Tensor4D, gamma as tf.Tensor1D, beta as tf.Tensor1D, { ...options, ...(added && { residual: added as tf.Tensor4D }) }).y, weights));

describe.each(['plain operations', 'kernels of the backend'])('batchNormTraining by %s', (way) => {
  if (way === 'kernels of the backend') {
    beforeAll(registerKernels);
    afterAll(() => Object.keys(kernels).forEach((name) => tf.unregisterKernel(name, 'cpu')));
  }

  it.each(golden.batchNorm)('equals PyTorch with $groups groups, $activation, residual $residual', async (wanted) => {
    const { groups } = wanted;
    const activation = wanted.activation as 'linear' | 'relu';
    const options = { groups, activation, ...(wanted.residual && { residual }) };
    const { y, mean, variance } = batchNormTraining(x, scale, offset, options);
    const tolerance = { relative: 1e-5, absolute: 2e-6 };
    await expectClose(y, wanted.y, tolerance);
    expect([mean.shape, variance.shape]).toEqual([[groups, 3], [groups, 3]]);
    const batch = groupedBatchStatistics(mean, variance, 24 / groups);
    await expectClose(tf.mul(batch.mean, 0.1), wanted.runningMean, tolerance);
    await expectClose(tf.add(0.9, tf.mul(batch.variance, 0.1)), wanted.runningVariance, tolerance);
    const inputs = [x, scale, offset, ...(wanted.residual ? [residual] : [])];
    const gradients = tf.grads(weightedSum({ groups, activation }) as (...x: tf.Tensor[]) => tf.Tensor)(inputs);
    for (const [index, name] of (['dx', 'dscale', 'doffset', 'dresidual'] as const).slice(0, inputs.length).entries()) {
      await expectClose(gradients[index] as tf.Tensor, wanted[name] as number[], { relative: 1e-5, absolute: 5e-6 });
    }
  });

  it('gives each group mean offset and deviation scale', async () => {
    const groups = tf.split(batchNormTraining(x, scale, offset, { groups: 2, epsilon: 1e-12 }).y, 2);
    for (const group of groups) {
      const { mean, variance } = tf.moments(group, [0, 1, 2]);
      await expectClose(mean, offset, { absolute: 1e-5 });
      await expectClose(tf.sqrt(variance), tf.abs(scale), { absolute: 1e-5 });
    }
  });

  it('normalises groups as separate calls on the parts', async () => {
    const whole = batchNormTraining(x, scale, offset, { groups: 2, activation: 'relu', residual });
    const parts = [0, 2].map((start) => batchNormTraining(tf.slice(x, start, 2), scale, offset, { activation: 'relu', residual: tf.slice(residual, start, 2) }));
    for (const name of ['y', 'mean', 'variance'] as const) await expectClose(whole[name], tf.concat(parts.map((part) => part[name] as tf.Tensor)));
  });

  it('does not change with a shift or a positive factor of its input', async () => {
    const { y } = batchNormTraining(x, scale, offset, { groups: 2, epsilon: 1e-12 });
    await expectClose(batchNormTraining(tf.add(tf.mul(x, 3), 5), scale, offset, { groups: 2, epsilon: 1e-12 }).y, y, { absolute: 1e-5 });
  });

  it('keeps a constant channel at the offset', async () => {
    await expectClose(batchNormTraining(tf.fill(shape, 1000), scale, offset).y, tf.broadcastTo(offset, shape));
  });

  it.each([
    [1, 'linear'],
    [2, 'linear'],
    [2, 'relu'],
  ] as const)('has the gradient of finite differences with %d groups, %s, with and without a residual', async (groups, activation) => {
    await expectGradients(weightedSum({ groups, activation }), [x, scale, offset], { step: 5e-3 });
    await expectGradients(weightedSum({ groups, activation }), [x, scale, offset, residual], { step: 5e-3 });
  });

  it('sends no gradient through mean and variance', async () => {
    const gradient = tf.grad((maps: tf.Tensor) => {
      const { y, mean, variance } = batchNormTraining(maps as tf.Tensor4D, scale, offset);
      return tf.addN([tf.sum(tf.mul(y, 0)), tf.sum(mean), tf.sum(variance)]);
    });
    await expectClose(gradient(x), tf.zeros(shape));
  });

  it('leaves nothing behind, inside and outside a tape', async () => {
    await expectNoLeak(() => batchNormTraining(x, scale, offset, { groups: 2, activation: 'relu', residual }));
    await expectNoLeak(() => tf.grads(weightedSum({ groups: 2, activation: 'relu' }) as (...x: tf.Tensor[]) => tf.Tensor)([x, scale, offset, residual]));
    await expectNoLeak(() => tf.grads(weightedSum({}) as (...x: tf.Tensor[]) => tf.Tensor)([x, scale, offset]));
  });
});

describe('batchNormTraining', () => {
  it('takes the kernels of the backend where it has them', () => {
    const before = ran.length;
    registerKernels();
    tf.grad((maps: tf.Tensor) => weightedSum({ activation: 'relu' })(maps, scale, offset))(x);
    expect(ran.slice(before)).toEqual(['BatchNormTraining', 'BatchNormTrainingGrad']);
    for (const name of Object.keys(kernels)) tf.unregisterKernel(name, 'cpu');
  });

  it('refuses what it cannot normalise', async () => {
    await expectNoLeak(() => {
      expect(() => batchNormTraining(x, scale, offset, { groups: 3 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot normalise by the batch as the batch must be divisible by 3 groups: current size is 4]`);
      expect(() => batchNormTraining(x, scale, offset, { groups: 0 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot normalise by the batch as groups must be a positive integer: current value is 0]`);
      expect(() => batchNormTraining(x, scale, offset, { epsilon: 0 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot normalise by the batch as epsilon must be positive: current value is 0]`);
    });
    expect(() => batchNormTraining(tf.ones([2, 1, 1, 3]), scale, offset, { groups: 2 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot normalise by the batch as each group must have more than one value a channel: current shape is [2, 1, 1, 3] in 2 groups]`);
    expect(() => batchNormTraining(x, tf.ones([2]), offset)).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot normalise by the batch as scale must have shape [C=3]: current shape is [2]]`);
    expect(() => batchNormTraining(x, scale, offset, { residual: tf.ones([4, 3, 2, 1]) })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot normalise by the batch as residual must have shape [4, 3, 2, 3]: current shape is [4, 3, 2, 1]]`);
  });
});

// The two kernels as loops in double precision: they show that inputs, saved tensors and outputs of the fused way are where the table says.
const ran: string[] = [];
interface Kernel {
  inputs: Record<string, tf.TensorInfo>;
  attrs: { groups: number; epsilon: number; activation: string; residual?: boolean };
  backend: { data: { get(id: object): { values: Float32Array } }; makeTensorInfo(shape: number[], type: string, values: Float32Array): tf.TensorInfo };
}
const kernels = {
  BatchNormTraining({ inputs, attrs, backend }: Kernel): tf.TensorInfo[] {
    const { x: maps, scale: gamma, offset: beta, residual: added } = read(inputs, backend);
    const { channels, size, groupOf } = layout(inputs, attrs);
    const sums = Array.from({ length: 3 }, () => new Float64Array(attrs.groups * channels)) as [Float64Array, Float64Array, Float64Array];
    for (let i = 0; i < size; i++) (sums[0][groupOf(i)] as number) += maps?.[i] as number;
    const count = size / channels / attrs.groups;
    const mean = sums[0].map((sum) => sum / count);
    for (let i = 0; i < size; i++) (sums[1][groupOf(i)] as number) += ((maps?.[i] as number) - (mean[groupOf(i)] as number)) ** 2;
    const variance = sums[1].map((sum) => sum / count);
    const y = Float32Array.from({ length: size }, (_, i) => {
      const normalised = ((maps?.[i] as number) - (mean[groupOf(i)] as number)) / Math.sqrt((variance[groupOf(i)] as number) + attrs.epsilon);
      const value = (gamma?.[i % channels] as number) * normalised + (beta?.[i % channels] as number) + (added?.[i] ?? 0);
      return attrs.activation === 'relu' ? Math.max(0, value) : value;
    });
    const statistics = [mean, variance].map((values) => backend.makeTensorInfo([attrs.groups, channels], 'float32', Float32Array.from(values)));
    return [backend.makeTensorInfo((inputs['x'] as tf.TensorInfo).shape, 'float32', y), ...statistics];
  },
  BatchNormTrainingGrad({ inputs, attrs, backend }: Kernel): tf.TensorInfo[] {
    const { dy, x: maps, y, scale: gamma, mean, variance } = read(inputs, backend) as Record<string, Float32Array>;
    const { channels, size, groupOf } = layout(inputs, attrs);
    const at = (values: ArrayLike<number> | undefined, i: number): number => values?.[i] as number;
    const dz = Float32Array.from({ length: size }, (_, i) => (attrs.activation === 'relu' && at(y, i) <= 0 ? 0 : at(dy, i)));
    const normalised = (i: number): number => (at(maps, i) - at(mean, groupOf(i))) / Math.sqrt(at(variance, groupOf(i)) + attrs.epsilon);
    const [sumOfGradient, sumOfProduct] = [new Float64Array(attrs.groups * channels), new Float64Array(attrs.groups * channels)];
    for (let i = 0; i < size; i++) {
      (sumOfGradient[groupOf(i)] as number) += at(dz, i);
      (sumOfProduct[groupOf(i)] as number) += at(dz, i) * normalised(i);
    }
    const count = size / channels / attrs.groups;
    const dx = dz.map((value, i) => {
      const factor = at(gamma, i % channels) / Math.sqrt(at(variance, groupOf(i)) + attrs.epsilon);
      return factor * (value - at(sumOfGradient, groupOf(i)) / count - (normalised(i) * at(sumOfProduct, groupOf(i))) / count);
    });
    const overGroups = (sums: Float64Array): Float32Array => Float32Array.from({ length: channels }, (_, c) => sums.reduce((total, sum, i) => (i % channels === c ? total + sum : total), 0));
    const whole = (inputs['x'] as tf.TensorInfo).shape;
    const outputs = [backend.makeTensorInfo(whole, 'float32', dx), ...[sumOfProduct, sumOfGradient].map((sums) => backend.makeTensorInfo([channels], 'float32', overGroups(sums)))];
    return attrs.residual ? [...outputs, backend.makeTensorInfo(whole, 'float32', dz)] : outputs;
  },
};

function registerKernels(): void {
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    const kernelFunc = (argument: unknown): tf.TensorInfo[] => {
      ran.push(kernelName);
      return kernel(argument as Kernel);
    };
    tf.registerKernel({ kernelName, backendName: 'cpu', kernelFunc });
  }
}

function read(inputs: Kernel['inputs'], backend: Kernel['backend']): Record<string, Float32Array | undefined> {
  return Object.fromEntries(Object.entries(inputs).map(([name, info]) => [name, backend.data.get(info.dataId).values]));
}

function layout({ x: info }: Kernel['inputs'], { groups }: Kernel['attrs']): { channels: number; size: number; groupOf: (i: number) => number } {
  const { shape: whole } = info as tf.TensorInfo;
  const [channels, size] = [whole[3] as number, whole.reduce((a, b) => a * b, 1)];
  return { channels, size, groupOf: (i) => Math.floor(i / (size / groups)) * channels + (i % channels) };
}

import type { FusedKernels } from '@cxr-ifa/tensor';
import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import { free, input, partLength, type KernelOverride } from '../kernelOverride.ts';
import { runProgram, type Program } from '../runProgram.ts';

// A part is a run of rows of one group; index = (group, part, channel), so that neighbours read neighbouring channels.
const PART = `
  let parts = (uniforms.rows + uniforms.length - 1u) / uniforms.length;
  if (index >= uniforms.groups * parts * uniforms.channels) { return; }
  let channel = index % uniforms.channels;
  let part = (index / uniforms.channels) % parts;
  let firstRow = (index / uniforms.channels / parts) * uniforms.rows + part * uniforms.length;
  let count = min(uniforms.length, uniforms.rows - part * uniforms.length);`;
const PART_UNIFORMS = { groups: 'u32', rows: 'u32', length: 'u32', channels: 'u32' } as const;

/** Mean and sum of squared distances from it, of each part: shifted by the part's first value, so that a large mean cancels nothing. */
const STATISTICS: Program = {
  name: 'batch-norm statistics',
  inputs: { x: 'f32' },
  outputs: { means: 'f32', squares: 'f32' },
  uniforms: PART_UNIFORMS,
  body: `${PART}
  let shift = x[firstRow * uniforms.channels + channel];
  var sum = 0.0;
  var square = 0.0;
  for (var row = firstRow; row < firstRow + count; row++) {
    let difference = x[row * uniforms.channels + channel] - shift;
    sum += difference;
    square += difference * difference;
  }
  means[index] = shift + sum / f32(count);
  squares[index] = max(square - sum * sum / f32(count), 0.0);`,
};

/** Joins the parts (Chan et al. 1979). */
const MERGE: Program = {
  name: 'batch-norm merge',
  inputs: { means: 'f32', squares: 'f32' },
  outputs: { mean: 'f32', variance: 'f32' },
  uniforms: PART_UNIFORMS,
  body: `
  if (index >= uniforms.groups * uniforms.channels) { return; }
  let channel = index % uniforms.channels;
  let parts = (uniforms.rows + uniforms.length - 1u) / uniforms.length;
  let first = (index / uniforms.channels) * parts;
  var total = 0.0;
  var middle = 0.0;
  var square = 0.0;
  for (var part = 0u; part < parts; part++) {
    let at = (first + part) * uniforms.channels + channel;
    let count = f32(min(uniforms.length, uniforms.rows - part * uniforms.length));
    let difference = means[at] - middle;
    let sum = total + count;
    square += squares[at] + difference * difference * total * count / sum;
    middle += difference * count / sum;
    total = sum;
  }
  mean[index] = middle;
  variance[index] = square / f32(uniforms.rows);`,
};

const NORMALISE_UNIFORMS = { size: 'u32', channels: 'u32', groupSize: 'u32', epsilon: 'f32', relu: 'u32' } as const;
const normalise = (residual: boolean): Program => ({
  name: `batch-norm${residual ? ' with residual' : ''}`,
  inputs: { x: 'f32', scale: 'f32', offset: 'f32', mean: 'f32', variance: 'f32', ...(residual && { residual: 'f32' as const }) },
  outputs: { y: 'f32' },
  uniforms: NORMALISE_UNIFORMS,
  body: `
  if (index >= uniforms.size) { return; }
  let channel = index % uniforms.channels;
  let statistic = (index / uniforms.groupSize) * uniforms.channels + channel;
  var value = scale[channel] * (x[index] - mean[statistic]) / sqrt(variance[statistic] + uniforms.epsilon) + offset[channel]${residual ? ' + residual[index]' : ''};
  if (uniforms.relu == 1u) { value = max(value, 0.0); }
  y[index] = value;`,
});

/** Sums of dz and of dz times the normalised x, where dz is dy behind the activation, of each part. */
const GRADIENT_SUMS: Program = {
  name: 'batch-norm gradient sums',
  inputs: { dy: 'f32', x: 'f32', y: 'f32', mean: 'f32', variance: 'f32' },
  outputs: { offsetSums: 'f32', scaleSums: 'f32' },
  uniforms: { ...PART_UNIFORMS, epsilon: 'f32', relu: 'u32' },
  body: `${PART}
  let statistic = (index / uniforms.channels / parts) * uniforms.channels + channel;
  let middle = mean[statistic];
  let inverse = 1.0 / sqrt(variance[statistic] + uniforms.epsilon);
  var offsetSum = 0.0;
  var scaleSum = 0.0;
  for (var row = firstRow; row < firstRow + count; row++) {
    let at = row * uniforms.channels + channel;
    let dz = select(dy[at], 0.0, uniforms.relu == 1u && y[at] <= 0.0);
    offsetSum += dz;
    scaleSum += dz * (x[at] - middle);
  }
  offsetSums[index] = offsetSum;
  scaleSums[index] = scaleSum * inverse;`,
};

const JOIN_SUMS: Program = {
  name: 'batch-norm gradient join',
  inputs: { offsetParts: 'f32', scaleParts: 'f32' },
  outputs: { offsetSums: 'f32', scaleSums: 'f32' },
  uniforms: { runs: 'u32', parts: 'u32', channels: 'u32' },
  body: `
  if (index >= uniforms.runs * uniforms.channels) { return; }
  let channel = index % uniforms.channels;
  let first = (index / uniforms.channels) * uniforms.parts;
  var offsetSum = 0.0;
  var scaleSum = 0.0;
  for (var part = 0u; part < uniforms.parts; part++) {
    offsetSum += offsetParts[(first + part) * uniforms.channels + channel];
    scaleSum += scaleParts[(first + part) * uniforms.channels + channel];
  }
  offsetSums[index] = offsetSum;
  scaleSums[index] = scaleSum;`,
};

const gradient = (residual: boolean): Program => ({
  name: `batch-norm gradient${residual ? ' with residual' : ''}`,
  inputs: { dy: 'f32', x: 'f32', y: 'f32', scale: 'f32', mean: 'f32', variance: 'f32', offsetSums: 'f32', scaleSums: 'f32' },
  outputs: { dx: 'f32', ...(residual && { dresidual: 'f32' as const }) },
  uniforms: NORMALISE_UNIFORMS,
  body: `
  if (index >= uniforms.size) { return; }
  let channel = index % uniforms.channels;
  let statistic = (index / uniforms.groupSize) * uniforms.channels + channel;
  let inverse = 1.0 / sqrt(variance[statistic] + uniforms.epsilon);
  let rows = f32(uniforms.groupSize / uniforms.channels);
  let dz = select(dy[index], 0.0, uniforms.relu == 1u && y[index] <= 0.0);
  let normalised = (x[index] - mean[statistic]) * inverse;
  dx[index] = scale[channel] * inverse * (dz - offsetSums[statistic] / rows - normalised * scaleSums[statistic] / rows);
  ${residual ? 'dresidual[index] = dz;' : ''}`,
});

const PROGRAMS = { normalise: [normalise(false), normalise(true)], gradient: [gradient(false), gradient(true)] } as const;

/** Sizes that all of these kernels share. */
function sizesOf({ shape }: TensorInfo, groups: number): { size: number; channels: number; rows: number; length: number; parts: number; groupSize: number } {
  const size = util.sizeFromShape(shape);
  const channels = shape.at(-1) as number;
  const rows = size / channels / groups;
  const length = partLength(rows);
  return { size, channels, rows, length, parts: Math.ceil(rows / length), groupSize: size / groups };
}

/** Batch-norm by the batch's statistics with activation and residual, and its gradient. */
export const batchNormOverrides: readonly KernelOverride[] = [
  {
    kernelName: 'BatchNormTraining',
    run(call) {
      const { backend } = call;
      const { groups, epsilon, activation } = call.attrs as unknown as FusedKernels['BatchNormTraining']['attributes'];
      const [x, scale, offset] = [input(call, 'x'), input(call, 'scale'), input(call, 'offset')];
      const { residual } = call.inputs as { residual?: TensorInfo };
      const { size, channels, rows, length, parts, groupSize } = sizesOf(x, groups);
      const partial = { shape: [groups, parts, channels] };
      const whole = { shape: [groups, channels] };
      const statistics = runProgram(backend, STATISTICS, [x], [partial, partial], [groups, rows, length, channels], groups * parts * channels);
      const [mean, variance] = runProgram(backend, MERGE, statistics, [whole, whole], [groups, rows, length, channels], groups * channels) as [TensorInfo, TensorInfo];
      free(backend, ...statistics);
      const inputs = [x, scale, offset, mean, variance, ...(residual ? [residual] : [])];
      const [y] = runProgram(backend, PROGRAMS.normalise[residual ? 1 : 0], inputs, [{ shape: x.shape }], [size, channels, groupSize, epsilon, activation === 'relu' ? 1 : 0], size) as [TensorInfo];
      return [y, mean, variance];
    },
  },
  {
    kernelName: 'BatchNormTrainingGrad',
    run(call) {
      const { backend } = call;
      const { groups, epsilon, activation, residual } = call.attrs as unknown as FusedKernels['BatchNormTrainingGrad']['attributes'];
      const [dy, x, y, scale, mean, variance] = ['dy', 'x', 'y', 'scale', 'mean', 'variance'].map((name) => input(call, name)) as [TensorInfo, TensorInfo, TensorInfo, TensorInfo, TensorInfo, TensorInfo];
      const { size, channels, rows, length, parts, groupSize } = sizesOf(x, groups);
      const relu = activation === 'relu' ? 1 : 0;
      const partial = { shape: [groups, parts, channels] };
      const join = (sums: readonly TensorInfo[], runs: number, count: number, shape: number[]): TensorInfo[] => runProgram(backend, JOIN_SUMS, sums, [{ shape }, { shape }], [runs, count, channels], runs * channels);
      const ofParts = runProgram(backend, GRADIENT_SUMS, [dy, x, y, mean, variance], [partial, partial], [groups, rows, length, channels, epsilon, relu], groups * parts * channels);
      const ofGroups = join(ofParts, groups, parts, [groups, channels]);
      const [doffset, dscale] = join(ofGroups, 1, groups, [channels]) as [TensorInfo, TensorInfo];
      const outputs = residual ? [{ shape: x.shape }, { shape: x.shape }] : [{ shape: x.shape }];
      const [dx, dresidual] = runProgram(backend, PROGRAMS.gradient[residual ? 1 : 0], [dy, x, y, scale, mean, variance, ...ofGroups], outputs, [size, channels, groupSize, epsilon, relu], size) as [TensorInfo, TensorInfo?];
      free(backend, ...ofParts, ...ofGroups);
      return [dx, dscale, doffset, ...(dresidual ? [dresidual] : [])];
    },
  },
];

import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import { areFloats, input, type KernelOverride } from '../kernelOverride.ts';

interface TrainingAttributes {
  readonly groups: number;
  readonly epsilon: number;
  readonly activation: 'linear' | 'relu';
  readonly residual?: boolean;
}

/** Batch-norm: in training with residual and relu fused, its gradient, and tfjs's own kernel for inference. */
export const batchNormOverrides: readonly KernelOverride[] = [
  {
    kernelName: 'BatchNormTraining',
    run({ inputs, attrs, backend }) {
      const { x, scale, offset, residual } = inputs as { x: TensorInfo; scale: TensorInfo; offset: TensorInfo; residual?: TensorInfo };
      const { groups, epsilon, activation } = attrs as unknown as TrainingAttributes;
      const channels = x.shape.at(-1) as number;
      const rows = util.sizeFromShape(x.shape) / channels;
      const [y, mean, variance] = [x.shape, [groups, channels], [groups, channels]].map((shape) => backend.createOutput(shape)) as [TensorInfo, TensorInfo, TensorInfo];
      const addresses = [x, scale, offset, residual, y, mean, variance].map((tensor) => backend.address(tensor));
      const scratch = backend.scratch(backend.kernels.batch_norm_scratch(rows, channels, groups) >>> 0);
      backend.kernels.batch_norm_training(...addresses, scratch, rows, channels, groups, epsilon, Number(activation === 'relu'));
      return [y, mean, variance];
    },
  },
  {
    kernelName: 'BatchNormTrainingGrad',
    run({ inputs, attrs, backend }) {
      const { dy, x, y, scale, mean, variance } = inputs as Record<'dy' | 'x' | 'y' | 'scale' | 'mean' | 'variance', TensorInfo>;
      const { groups, epsilon, activation, residual } = attrs as unknown as TrainingAttributes;
      const channels = x.shape.at(-1) as number;
      const rows = util.sizeFromShape(x.shape) / channels;
      const outputs = [x.shape, [channels], [channels], ...(residual ? [x.shape] : [])].map((shape) => backend.createOutput(shape));
      const [dx, dscale, doffset, dresidual] = outputs;
      const addresses = [dy, x, y, scale, mean, variance, dx, dscale, doffset, dresidual].map((tensor) => backend.address(tensor));
      const scratch = backend.scratch(backend.kernels.batch_norm_scratch(rows, channels, groups) >>> 0);
      backend.kernels.batch_norm_training_gradient(...addresses, scratch, rows, channels, groups, epsilon, Number(activation === 'relu'));
      return outputs;
    },
  },
  {
    kernelName: 'FusedBatchNorm',
    run(call) {
      const [x, mean, variance] = [input(call, 'x'), input(call, 'mean'), input(call, 'variance')];
      const { scale, offset } = call.inputs as { scale?: TensorInfo; offset?: TensorInfo };
      const channels = x.shape.at(-1) ?? 1;
      const perChannel = [mean, variance, scale, offset].every((tensor) => !tensor || (tensor.shape.length === 1 && tensor.shape[0] === channels));
      if (!areFloats(x, mean, variance, scale, offset) || !perChannel || util.sizeFromShape(x.shape) === 0) return undefined;
      const { backend } = call;
      const rows = util.sizeFromShape(x.shape) / channels;
      const out = backend.createOutput(x.shape);
      const addresses = [x, mean, variance, scale, offset, out].map((tensor) => backend.address(tensor));
      const scratch = backend.scratch(backend.kernels.batch_norm_scratch(rows, channels, 1) >>> 0);
      backend.kernels.batch_norm_inference(...addresses, scratch, rows, channels, call.attrs.varianceEpsilon as number);
      return out;
    },
  },
];

import { tidy, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import { batchNormInference, batchNormTraining, convolution2d, globalAveragePool, groupedBatchStatistics, maxPool } from '@cxr-ifa/layers';
import type { Encoded, EncodeOptions, Parameters, Statistics } from '@cxr-ifa/tensor';
import type { BlockPlan, LayerPlan, ResnetPlan, UnitPlan } from './planResnet.ts';

/** The forward pass through some stages (0 is the stem); `input` is the images, or the map of the stage before the first. */
export function encodeResnet({ stem, layers }: ResnetPlan, parameters: Parameters, statistics: Statistics, input: Tensor4D, { first, last }: { readonly first: number; readonly last: number }, { training, groups = 1 }: EncodeOptions): Encoded {
  const batchStatistics = new Map<string, Tensor1D>();

  /** tf.tidy, but the batch statistics found on the way outlive it: without a tape, a block's maps go when the block is done. */
  const scoped = (f: () => Tensor4D): Tensor4D => (tidy(() => [f(), ...batchStatistics.values()]) as [Tensor4D])[0];

  /** Convolution, batch-norm, and what follows them. */
  const unit = (plan: UnitPlan, x: Tensor4D, activation: 'linear' | 'relu', residual?: Tensor4D): Tensor4D =>
    scoped(() => {
      const { batchNorm } = plan;
      const convolved = convolution2d(x, take(parameters, `${plan.convolution}.weight`) as Tensor4D, { stride: plan.stride });
      const [scale, offset] = [take(parameters, `${batchNorm}.weight`) as Tensor1D, take(parameters, `${batchNorm}.bias`) as Tensor1D];
      const options = { activation, ...(residual && { residual }) };
      if (!training) return batchNormInference(convolved, scale, offset, take(statistics, `${batchNorm}.running_mean`), take(statistics, `${batchNorm}.running_var`), options);
      const { y, mean, variance } = batchNormTraining(convolved, scale, offset, { ...options, groups });
      const batch = groupedBatchStatistics(mean, variance, convolved.size / plan.outputs / groups);
      batchStatistics.set(`${batchNorm}.running_mean`, batch.mean).set(`${batchNorm}.running_var`, batch.variance);
      return y;
    });

  /** relu(units(x) + shortcut(x)) */
  const block = ({ units, downsample }: BlockPlan, x: Tensor4D): Tensor4D =>
    scoped(() => {
      const last = units.at(-1) as UnitPlan;
      const inner = units.slice(0, -1).reduce((map, plan) => unit(plan, map, 'relu'), x);
      const shortcut = downsample ? unit(downsample, x, 'linear') : x;
      return unit(last, inner, 'relu', shortcut);
    });

  const layer = ({ blocks }: LayerPlan, x: Tensor4D): Tensor4D => {
    let map = x;
    for (const plan of blocks) {
      const next = block(plan, map);
      if (map !== x) map.dispose();
      map = next;
    }
    return map;
  };

  const stages = [
    { name: 'stem', run: (images: Tensor4D) => unit(stem, images, 'relu') }, // [N, H/2, W/2, width]
    ...layers.map((plan, index) => ({
      name: plan.name,
      run: (map: Tensor4D) => scoped(() => layer(plan, index === 0 ? maxPool(map, { size: 3, stride: 2 }) : map)), // [N, H/4, W/4, ...] to [N, H/32, W/32, ...]
    })),
  ];
  const { maps, features, found } = tidy(() => {
    const maps: Record<string, Tensor4D> = {};
    let map = input;
    for (const { name, run } of stages.slice(first, last + 1)) maps[name] = map = run(map);
    return { maps, features: globalAveragePool(map), found: Object.fromEntries(batchStatistics) };
  });
  return { stages: maps, features, ...(training && { batchStatistics: new Map(Object.entries(found)) }) };
}

function take<T>(tensors: ReadonlyMap<string, T>, name: string): T {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new RangeError(`Cannot encode as every tensor of the architecture must be given: ${name} is missing`);
  return tensor;
}

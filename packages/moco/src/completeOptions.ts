import { assertIfaTerms } from '@cxr-ifa/losses';
import type { CompleteOptions, MomentumContrastOptions } from './momentumContrastOptions.ts';
import { createProjectionHead } from './projectionHead.ts';

/**
 * Fills in a trainer's defaults, and checks its settings at the door.
 *
 * @throws {RangeError} If the queue is empty, a rate is out of its range, an IFA term is none, an IFA term or the intermediate loss names a stage the encoder has not, or both are given.
 */
export function completeOptions(options: MomentumContrastOptions): CompleteOptions {
  const head = options.head ?? createProjectionHead({ featureSize: options.encoder.featureSize });
  const complete = { ifa: [], queueSize: 65_536, momentum: 0.999, temperature: 0.2, statisticsMomentum: 0.1, shuffleKeys: true, microBatches: 1, recompute: 'none' as const, ...options, head };
  checkOptions(complete);
  return complete;
}

function checkOptions({ encoder, ifa, intermediate, queueSize, momentum, temperature, statisticsMomentum, microBatches, recompute, clipGradients }: CompleteOptions): void {
  const demand = (holds: boolean, rule: string, value: number | string): void => {
    if (!holds) throw new RangeError(`Cannot set up momentum contrast as ${rule}: current value is ${value}`);
  };
  demand(Number.isInteger(queueSize) && queueSize > 0, 'the queue must hold at least one key', queueSize);
  demand(momentum >= 0 && momentum <= 1, 'the momentum must be from 0 to 1', momentum);
  demand(temperature > 0, 'the temperature must be above 0', temperature);
  demand(statisticsMomentum > 0 && statisticsMomentum <= 1, "the statistics' momentum must be above 0 and at most 1", statisticsMomentum);
  demand(Number.isInteger(microBatches) && microBatches > 0, 'there must be at least one micro-batch', microBatches);
  demand(recompute === 'none' || recompute === 'stages', "recompute must be 'none' or 'stages'", recompute);
  demand(clipGradients === undefined || (Number.isFinite(clipGradients) && clipGradients > 0), 'the norm to clip gradients to must be above 0', clipGradients ?? 0);
  assertIfaTerms('set up momentum contrast', ifa);
  const names = encoder.stages.map(({ name }) => name);
  for (const { stage } of ifa) demand(names.includes(stage), `an IFA term must name one of the encoder's stages ${names.join(', ')}`, stage);
  if (!intermediate) return;
  demand(ifa.length === 0, 'an intermediate loss takes the place of the IFA terms', `${intermediate.name} beside terms of ${ifa.map(({ stage }) => stage).join(', ')}`);
  for (const stage of intermediate.stages) demand(names.includes(stage), `the intermediate loss must name stages of the encoder's ${names.join(', ')}`, stage);
}

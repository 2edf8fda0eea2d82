import type { MomentumContrastOptions } from './momentumContrast.ts';

/**
 * Checks a trainer's settings at the door.
 *
 * @throws {RangeError} If the queue is empty, a rate is out of its range, or an IFA term names a stage the encoder has not.
 */
export function checkOptions({ encoder, ifa, queueSize, momentum, temperature, statisticsMomentum }: Required<Pick<MomentumContrastOptions, 'encoder' | 'ifa' | 'queueSize' | 'momentum' | 'temperature' | 'statisticsMomentum'>>): void {
  const demand = (holds: boolean, rule: string, value: number | string): void => {
    if (!holds) throw new RangeError(`Cannot set up momentum contrast as ${rule}: current value is ${value}`);
  };
  demand(Number.isInteger(queueSize) && queueSize > 0, 'the queue must hold at least one key', queueSize);
  demand(momentum >= 0 && momentum <= 1, 'the momentum must be from 0 to 1', momentum);
  demand(temperature > 0, 'the temperature must be above 0', temperature);
  demand(statisticsMomentum > 0 && statisticsMomentum <= 1, "the statistics' momentum must be above 0 and at most 1", statisticsMomentum);
  const names = encoder.stages.map(({ name }) => name);
  for (const { stage } of ifa) demand(names.includes(stage), `an IFA term must name one of the encoder's stages ${names.join(', ')}`, stage);
}

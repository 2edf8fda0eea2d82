import type { Encoder } from '@cxr-ifa/tensor';
import type { CountedFinding } from './classificationLoss.ts';
import type { LinearProbe } from './linearProbe.ts';
import { HEAD, type StageRates } from './stageRates.ts';

/** Refuses what cannot be trained. */
export function checkFineTuner({ stages, featureSize }: Encoder, findings: readonly CountedFinding[], rates: StageRates, head: LinearProbe | undefined): void {
  const action = 'make a fine-tuner';
  if (findings.length === 0) throw new RangeError(`Cannot ${action} as at least one finding is needed: current count is 0`);
  if (!findings.some(({ positives, negatives }) => positives > 0 && negatives > 0)) throw new RangeError(`Cannot ${action} as some finding must be both present and absent in training: none of ${findings.map(({ name }) => name).join(', ')} is`);
  for (const name of [...stages.map((stage) => stage.name), HEAD]) {
    const rate = rates[name];
    if (rate === undefined || !(rate >= 0 && rate < Infinity)) throw new RangeError(`Cannot ${action} as the rate of ${name} must be 0 or more: current value is ${rate}`);
  }
  if (Object.values(rates).every((rate) => rate === 0)) throw new RangeError(`Cannot ${action} as some rate must be above 0: all are 0`);
  if (head && (head.dimension !== featureSize || head.findings.map(({ name }) => name).join('\n') !== findings.map(({ name }) => name).join('\n'))) {
    throw new RangeError(`Cannot ${action} as its head must begin with a probe of the same ${featureSize} features and findings: the probe's are ${head.dimension} and ${head.findings.map(({ name }) => name).join(', ')}`);
  }
}

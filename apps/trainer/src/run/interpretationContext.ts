import type { IfaTerm, StageTerm } from '@cxr-ifa/losses';
import type { InterpretationContext } from '@cxr-ifa/moco';
import type { PretrainOptions } from '../options/pretrainOptions.ts';
import { intermediateOf } from './intermediateOf.ts';
import type { TrainingPlan } from './planTraining.ts';

/** An IFA term with a target above it pulls maps together; a term without a target is a distance, which does so too. */
const PULLS = 0.9;

/** What a verdict on a run's log needs to know of the run. */
export function interpretationContext(options: PretrainOptions, { queueSize, batchNormGroups }: Pick<TrainingPlan, 'queueSize' | 'batchNormGroups'>): InterpretationContext {
  const pulls = (term: StageTerm & Partial<Pick<IfaTerm, 'target'>>): boolean => (term.target ?? 1) > PULLS;
  return { queueSize, batchNormGroups, temperature: options.temperature, pulledStages: intermediateOf(options).terms.filter(pulls).map(({ stage }) => stage) };
}

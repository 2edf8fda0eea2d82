import { interpretTraining, type Verdict } from '@cxr-ifa/moco';
import type { LogRow, RunPlan } from './run.ts';
import { TEMPERATURE } from './settings.ts';
import { termsOf } from './termsOf.ts';

/** Terms with a target above it pull maps together. */
const PULLS = 0.9;

/** How a run goes, in plain language; nothing before its first step. */
export function interpretRun(rows: readonly LogRow[], { settings, queueSize, batchNormGroups }: RunPlan): Verdict | undefined {
  return interpretTraining(rows, { queueSize, batchNormGroups, temperature: TEMPERATURE, pulledStages: termsOf(settings).filter(({ target }) => target > PULLS).map(({ stage }) => stage) });
}

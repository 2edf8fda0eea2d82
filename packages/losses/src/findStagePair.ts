import { assertShape } from '@cxr-ifa/tensor';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { StageMaps } from './stageLoss.ts';

const SHAPE = ['N', 'H', 'W', 'C'];

/** The query's and the key's map of a stage, which must be of one shape; `names` are what a refusal calls them. */
export function findStagePair(action: string, queryStages: StageMaps, keyStages: StageMaps, stage: string, names: readonly [string, string] = ['query', 'key']): { query: Tensor4D; key: Tensor4D } {
  const query = findStage(action, queryStages, stage, names[0]);
  const key = findStage(action, keyStages, stage, names[1]);
  assertShape(action, { [`the ${names[0]}'s ${stage}`]: [query, SHAPE], [`the ${names[1]}'s ${stage}`]: [key, SHAPE] });
  return { query, key };
}

/** The map of a stage, or a refusal that says which stages there are. */
function findStage(action: string, stages: StageMaps, stage: string, whose: string): Tensor4D {
  const map = Object.hasOwn(stages, stage) ? stages[stage] : undefined;
  if (!map) throw new RangeError(`Cannot ${action} as the ${whose} must have the stage ${stage}: current stages are ${Object.keys(stages).join(', ') || 'none'}`);
  return map;
}

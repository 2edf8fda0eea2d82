import type { IfaTerm } from '@cxr-ifa/losses';
import type { Views } from './views.ts';

/** What the loss on intermediate maps is called in a log, and its stages, with IFA's pooling where there is one. */
export interface Approximated {
  readonly name: string;
  readonly terms: readonly Pick<IfaTerm, 'stage' | 'pool'>[];
}

/** What a step logs of each stage with a term, in the order in which it is computed. */
export function stageNumbers({ name, terms }: Approximated, { alignment }: Views): { name: string; stage: string; of: 'stages' | 'similarity' | 'coverage' }[] {
  return terms.flatMap(({ stage }) => [
    { name: `${name}.${stage}`, stage, of: 'stages' as const },
    { name: `similarity.${stage}`, stage, of: 'similarity' as const },
    ...(alignment ? [{ name: `coverage.${stage}`, stage, of: 'coverage' as const }] : []),
  ]);
}

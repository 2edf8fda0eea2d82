import { describeMeasure, type Measures } from './measures.ts';
import { recentMeasures } from './recentMeasures.ts';
import { RULES } from './rules.ts';

/** What training looks like; in the order in which it is looked for. */
export type VerdictName = 'too early' | 'collapse' | 'leak' | 'one direction' | 'not learning' | 'too easy' | 'normal';

/** How training goes, in plain language. */
export interface Verdict {
  readonly name: VerdictName;
  /** What is seen, in one sentence. */
  readonly sentence: string;
  /** The numbers that it was seen by, each with what it would be otherwise. */
  readonly evidence: readonly string[];
  /** What to do; none where all is well. */
  readonly advice?: string;
}

/** What a log does not say itself. */
export interface InterpretationContext {
  /** Keys in the queue, K. */
  readonly queueSize: number;
  /** Groups that batch-norm cuts a batch into. */
  readonly batchNormGroups?: number | undefined;
  /** What similarities are divided by. @default {0.2} */
  readonly temperature?: number;
  /** Stages whose maps a loss pulls together, such as those of IFA terms with a target near 1, from the first to the last. */
  readonly pulledStages?: readonly string[];
}

/**
 * Reads from a training log how training goes: whether the encoder collapses, cheats by batch-norm, has too easy a task, pulls all maps one way, or learns.
 *
 * It looks at means over the latest rows (the last third of the steps, ten rows at the most that have the number), and needs the numbers of the close looks
 * (`observe` of `train`, with `embeddingNumbers` and `queueNumbers`) for all but the coarsest signs. tools/experiments/failures.mjs of the repository shows the rules at work on runs that were made to fail.
 *
 * @param rows Step logs by ascending step, of numbers alone: all of them, or the latest.
 * @param context What the run was begun with.
 * @returns The first verdict whose signs are there; `undefined` without rows.
 *
 * @example
 * ```ts
 * const verdict = interpretTraining(rows, { queueSize: 1024, batchNormGroups: 2, pulledStages: ['layer4'] });
 * ```
 */
export function interpretTraining(rows: readonly Readonly<Record<string, number>>[], context: InterpretationContext): Verdict | undefined {
  const measures: Measures | undefined = recentMeasures(rows);
  if (!measures) return undefined;
  for (const { name, applies, evidence, sentence, advice } of RULES) {
    if (!applies(measures, context)) continue;
    const shown = evidence(context).flatMap((key) => describeMeasure(measures, key, context));
    return { name, sentence: sentence(measures, context), evidence: shown, ...(advice !== undefined && { advice: advice(context) }) };
  }
  return undefined;
}

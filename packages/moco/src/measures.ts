import type { InterpretationContext } from './interpretTraining.ts';

/** A number over a log's latest rows. */
export interface Measure {
  readonly mean: number;
  /** Over how many rows. */
  readonly count: number;
  /** Of the mean: the rows' standard deviation over the root of their number; not finite of a single row. */
  readonly standardError: number;
}

/** Numbers over a log's latest rows, by name. */
export type Measures = ReadonlyMap<string, Measure>;

/** How a number is said, and what it is where all is well; longest prefix first. */
const DESCRIPTIONS: readonly (readonly [prefix: string, say: (value: string, key: string, context: InterpretationContext) => string])[] = [
  ['relativeInfoNce', (value, _, { queueSize }) => `InfoNCE is ${value} times that of chance, ln(K + 1) = ${Math.log(queueSize + 1).toFixed(2)}`],
  ['accuracyTop1', (value, _, { queueSize }) => `top-1 accuracy is ${value}, by chance ${(1 / (queueSize + 1)).toPrecision(2)}`],
  ['batchNormLeak', (value) => `top-1 accuracy is lower by ${value} where keys are normalised in other company; without a leak by 0, but for chance`],
  ['embeddingStd', (value) => `the embeddings' standard deviation is ${value} times an even spread's, 1 / sqrt(D)`],
  ['uniformity', (value) => `uniformity is ${value}; 0 is one point, -4 about an even spread`],
  ['effectiveRank', (value) => `the embeddings of a batch fill ${value} dimensions`],
  ['alignment', (value) => `the squared distance of the two views of an image is ${value}, from 0 to 4`],
  ['queueFill', (value) => `${value} of the queue's keys are real`],
  ['similarity.', (value, key) => `the mean cosine of the two views' maps at ${key.slice('similarity.'.length)} is ${value}`],
  ['otherSimilarity.', (value, key) => `that of maps of different images at ${key.slice('otherSimilarity.'.length)} is ${value}`],
];

/** The mean of a number, where the log has it. */
export function meanOf(measures: Measures, key: string): number | undefined {
  return measures.get(key)?.mean;
}

/** Says a number in words; nothing where the log does not have it. */
export function describeMeasure(measures: Measures, key: string, context: InterpretationContext): string[] {
  const value = meanOf(measures, key);
  const say = DESCRIPTIONS.find(([prefix]) => key.startsWith(prefix))?.[1];
  return value === undefined || !say ? [] : [say(Math.abs(value) < 10 ? value.toFixed(2) : value.toFixed(0), key, context)];
}

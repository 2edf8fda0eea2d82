import type { InterpretationContext, VerdictName } from './interpretTraining.ts';
import { meanOf, type Measures } from './measures.ts';

/** One thing that training can look like. */
export interface Rule {
  readonly name: VerdictName;
  /** Whether its signs are there. */
  readonly applies: (measures: Measures, context: InterpretationContext) => boolean;
  readonly sentence: (measures: Measures, context: InterpretationContext) => string;
  /** The numbers that speak for it. */
  readonly evidence: (context: InterpretationContext) => readonly string[];
  readonly advice?: (context: InterpretationContext) => string;
}

const isAbove = (measures: Measures, key: string, threshold: number): boolean => (meanOf(measures, key) ?? -Infinity) > threshold;
const isBelow = (measures: Measures, key: string, threshold: number): boolean => (meanOf(measures, key) ?? Infinity) < threshold;

/** Different images have cosines of more than 0.99 to one another: sum over dimensions of the variances = 1 - |mean|^2 = 0.1^2. */
const COLLAPSED_STD = 0.1;
/** Without the close looks there is only the loss: an encoder to which all images look alike has 1. */
const CHANCE = 0.995;
/** Top-1 accuracy lost by regrouping that matters; one look at 32 images errs by up to 0.1, */
const LEAK = 0.05;
/** so that it must be beyond so many standard errors, over at least so many looks. */
const LEAK_ERRORS = 3;
const LEAK_LOOKS = 6;
/** Maps of different images have a larger cosine than this; of a random encoder it was 0.4 to 0.5 at layer4, where training goes well 0.5 to 0.65. */
const ONE_DIRECTION = 0.8;
/** Of the way from chance to what perfect keys among unrelated negatives would give. */
const NOT_LEARNT = 0.1;
const EASY_ACCURACY = 0.95;

/** What training can look like, the most certain first: the first that applies is the verdict. */
export const RULES: readonly Rule[] = [
  {
    name: 'collapse',
    applies: (measures) => isBelow(measures, 'embeddingStd', COLLAPSED_STD) || (!measures.has('embeddingStd') && isAbove(measures, 'relativeInfoNce', CHANCE)),
    sentence: () => 'The encoder has collapsed: all images have nearly the same embedding',
    evidence: () => ['embeddingStd', 'uniformity', 'effectiveRank', 'relativeInfoNce', 'accuracyTop1'],
    advice: () => 'Stop, and begin again with a lower learning rate; keep the momentum near 1 and the losses on intermediate maps no heavier than the contrast',
  },
  {
    name: 'leak',
    applies: leaks,
    sentence: () => 'Batch-norm gives the pairs away: queries find their keys by the company in which they were normalised, and not by what the images show',
    evidence: () => ['batchNormLeak', 'accuracyTop1', 'relativeInfoNce'],
    advice: ({ batchNormGroups }) => `Begin again with keys shuffled${batchNormGroups === 1 ? ' and at least two batch-norm groups' : ''}: what was learnt so far is of no use`,
  },
  {
    name: 'too early',
    applies: (measures) => isBelow(measures, 'queueFill', 1),
    sentence: () => 'It is too early to say: the queue still holds random keys, against which the loss means little and rises as real ones take their place',
    evidence: () => ['queueFill', 'relativeInfoNce'],
  },
  {
    name: 'one direction',
    applies: (measures, { pulledStages = [] }) => isAbove(measures, `otherSimilarity.${pulledStages.at(-1)}`, ONE_DIRECTION), // early stages are alike by nature
    sentence: (_, { pulledStages = [] }) => `The maps of all images point one way at ${pulledStages.at(-1)}: the loss that pulls the maps of a pair together is met without telling images apart`,
    evidence: ({ pulledStages = [] }) => [...pulledStages.slice(-1).flatMap((stage) => [`similarity.${stage}`, `otherSimilarity.${stage}`]), 'relativeInfoNce', 'accuracyTop1'],
    advice: () => 'Begin with plain MoCo, and go on from its checkpoint with this loss, as the method does',
  },
  {
    name: 'not learning',
    applies: (measures, context) => learntShare(measures, context) < NOT_LEARNT,
    sentence: () => 'Nothing is learnt yet: the loss is that of an encoder which tells no images apart',
    evidence: () => ['relativeInfoNce', 'accuracyTop1', 'embeddingStd'],
    advice: () => 'Wait some epochs; if it stays so, try a higher learning rate, or a milder augmentation',
  },
  {
    name: 'too easy',
    applies: (measures) => isAbove(measures, 'accuracyTop1', EASY_ACCURACY),
    sentence: () => 'The task is too easy: nearly every query finds its key, and there is little left to learn from',
    evidence: () => ['accuracyTop1', 'relativeInfoNce', 'alignment'],
    advice: () => 'Make the views differ more (a stronger augmentation, of the query too), or take more negatives (a longer queue) where there are the images for it',
  },
  {
    name: 'normal',
    applies: () => true,
    sentence: (measures) => (measures.has('embeddingStd') ? 'Training looks normal: pairs are told from negatives, and embeddings are spread out' : 'The loss looks normal: pairs are told from negatives'),
    evidence: () => ['relativeInfoNce', 'accuracyTop1', 'embeddingStd', 'effectiveRank', 'batchNormLeak'],
  },
];

/** 0 at chance, ln(K + 1), and 1 where keys have cosine 1 and negatives cosine 0: ln(1 + K exp(-1 / T)). */
function learntShare(measures: Measures, { queueSize, temperature = 0.2 }: InterpretationContext): number {
  const chance = Math.log(queueSize + 1);
  const best = Math.log(1 + queueSize * Math.exp(-1 / temperature));
  return (chance - (meanOf(measures, 'relativeInfoNce') ?? 0) * chance) / (chance - best);
}

function leaks(measures: Measures): boolean {
  const lost = measures.get('batchNormLeak');
  return lost !== undefined && lost.count >= LEAK_LOOKS && lost.mean > Math.max(LEAK, LEAK_ERRORS * lost.standardError);
}

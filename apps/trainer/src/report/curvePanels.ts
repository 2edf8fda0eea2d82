import type { LineChartOptions } from './chart.ts';

/** What one chart of a training run shows. */
export interface CurvePanel {
  readonly title: string;
  /** Which keys of the log are drawn, and what each is called. */
  readonly lines: (keys: readonly string[]) => readonly (readonly [key: string, name: string])[];
  readonly explanation: string;
  readonly chart: Pick<LineChartOptions, 'yLabel' | 'yFromZero' | 'yFormat' | 'yLog'>;
  /** A dashed line across, which may depend on the queue's size. */
  readonly reference?: (queueSize: number | undefined) => number | undefined;
  /** A schedule is drawn as it was taken; everything else with a running mean. */
  readonly exact?: boolean;
}

/** Charts that are read together. */
export interface PanelGroup {
  readonly name: string;
  readonly panels: readonly CurvePanel[];
}

type Lines = CurvePanel['lines'];
const below = (prefix: string): Lines => (keys) => keys.filter((key) => key.startsWith(prefix)).map((key) => [key, key.slice(prefix.length)] as const);
const named = (...lines: (readonly [string, string])[]): Lines => (keys) => lines.filter(([key]) => keys.includes(key));
const both = (...parts: Lines[]): Lines => (keys) => parts.flatMap((lines) => lines(keys));

const GROUPS: readonly PanelGroup[] = [
  {
    name: 'Loss',
    panels: [
      {
        title: 'Loss',
        lines: named(['loss', 'total'], ['infoNce', 'InfoNCE']),
        explanation: 'The total is InfoNCE plus the weighted terms on intermediate maps. Dashed: the InfoNCE of an encoder to which all images look alike, ln(K + 1) for a queue of K keys; an early rise is the queue filling with real keys.',
        chart: { yLabel: 'loss (nats)' },
        reference: (queueSize) => (queueSize === undefined ? undefined : Math.log(queueSize + 1)),
      },
      {
        title: 'InfoNCE against chance',
        lines: named(['relativeInfoNce', 'InfoNCE / ln(K + 1)']),
        explanation: 'InfoNCE as a share of ln(K + 1): at 1 the encoder tells images apart no better than chance, whatever the size of the queue.',
        chart: { yLabel: 'share of chance', yFromZero: true },
        reference: () => 1,
      },
      {
        title: 'IFA terms',
        lines: below('ifa.'),
        explanation: 'Mean distance of the query-key cosine from its target, before the weight, for each stage. Lower is closer.',
        chart: { yLabel: 'mean |target − cosine|' },
      },
      {
        title: 'Squared distances of intermediate maps',
        lines: below('mse.'),
        explanation: 'Mean squared difference of the pooled feature maps of the two views, before the weight, for each stage. It follows the scale of the maps: lower is closer only at an equal scale.',
        chart: { yLabel: 'mean squared difference' },
      },
    ],
  },
  {
    name: 'Telling images apart',
    panels: [
      {
        title: 'Instance accuracy',
        lines: named(['accuracyTop1', 'top-1'], ['accuracyTop5', 'top-5']),
        explanation: 'Share of queries whose own key is more similar than every key in the queue, and than all but four of them.',
        chart: { yLabel: 'share of queries', yFromZero: true, yFormat: '.0%' },
      },
      {
        title: 'Logits',
        lines: named(['positiveLogit', 'own key'], ['negativeLogit', 'queue'], ['hardestNegativeLogit', 'nearest of the queue']),
        explanation: 'Mean similarity over the temperature, to the own key and to the queue. The gap between the lines is what the encoder tells apart.',
        chart: { yLabel: 'similarity / temperature' },
      },
      {
        title: 'Given away by batch-norm',
        lines: named(['batchNormLeak', 'lost accuracy']),
        explanation: 'Top-1 accuracy that is lost when the keys are normalised in other company. About 0 is right; well above it, batch-norm tells a key from the negatives, and not the image.',
        chart: { yLabel: 'share of queries', yFormat: '.0%' },
        reference: () => 0,
      },
    ],
  },
  {
    name: 'Intermediate maps',
    panels: [
      {
        title: 'Similarity of intermediate maps',
        lines: below('similarity.'),
        explanation: 'Mean cosine between the feature maps of the two views of an image, position by position. At 1 the maps point the same way everywhere; a sudden 1 together with a falling accuracy is collapse.',
        chart: { yLabel: 'mean cosine' },
      },
      {
        title: 'Similarity to other images’ maps',
        lines: below('otherSimilarity.'),
        explanation: "The same between a query's map and the key's map of another image. Radiographs are alike, so it is high from the start; where it equals the cosine of the image's own views, the maps no longer tell images apart.",
        chart: { yLabel: 'mean cosine' },
      },
      {
        title: 'Cells that both views show',
        lines: below('coverage.'),
        explanation: 'Share of the cells that count where maps are aligned. A stage of which few count learns from little.',
        chart: { yLabel: 'share of cells', yFromZero: true, yFormat: '.0%' },
      },
    ],
  },
  {
    name: 'Embeddings',
    panels: [
      {
        title: 'Spread',
        lines: named(['embeddingStd', 'deviation']),
        explanation: "Standard deviation of the normalised embeddings' dimensions over a batch, times the root of their number: 1 where they are spread evenly over the sphere, 0 where all images have one embedding.",
        chart: { yLabel: 'relative deviation', yFromZero: true },
      },
      { title: 'Alignment', lines: named(['alignment', 'alignment']), explanation: 'Mean squared distance between the embeddings of the two views: 0 where views agree. It says nothing without uniformity beside it.', chart: { yLabel: 'squared distance', yFromZero: true } },
      { title: 'Uniformity', lines: named(['uniformity', 'uniformity']), explanation: 'Logarithm of the mean of exp(−2 distance²) between images: towards −4 where embeddings cover the sphere evenly, 0 where all are one.', chart: { yLabel: 'log mean potential' } },
      { title: 'Effective rank', lines: named(['effectiveRank', 'dimensions']), explanation: "How many dimensions the batch's embeddings fill, at most the number of images. A fall towards 1 is collapse.", chart: { yLabel: 'dimensions', yFromZero: true } },
    ],
  },
  {
    name: 'Probes while training',
    panels: [
      { title: 'Probes', lines: below('probe.'), explanation: 'What nearest neighbours or a linear classifier on the frozen features say of the labels, on images held out. 0.5 is chance for an AUROC. Too few images to choose a setting by: look at the trend.', chart: { yLabel: 'score' } },
    ],
  },
  {
    name: 'Optimisation',
    panels: [
      { title: 'Gradient norms', lines: both(named(['gradientNorm', 'all']), below('gradientNorm.')), explanation: 'Euclidean norm of the gradients, of all together and of each part. A jump by orders of magnitude foretells divergence; a part near 0 has stopped learning.', chart: { yLabel: 'norm', yLog: true } },
      { title: 'Learning rate', lines: named(['learningRate', 'learning rate']), explanation: 'The schedule as it was taken.', chart: { yLabel: 'learning rate' }, exact: true },
      { title: 'Keys in the queue', lines: named(['queueFill', 'real keys']), explanation: 'Share of the queue that holds real keys and not its random start.', chart: { yLabel: 'share of the queue', yFromZero: true, yFormat: '.0%' }, exact: true },
      { title: 'Age of the queue', lines: named(['queueAge', 'oldest key']), explanation: 'Age of the oldest real key. The key encoder has moved on since: the older, the less comparable.', chart: { yLabel: 'steps', yFromZero: true }, exact: true },
      { title: 'Images per second', lines: named(['imagesPerSecond', 'images']), explanation: 'Images through a whole training step per second, loading included.', chart: { yLabel: 'images / s', yFromZero: true } },
    ],
  },
];

const NO_CURVES = new Set(['step', 'epoch']);

/** The charts of a log with these keys, in groups; what no chart knows gets one of its own at the end, so that nothing that was logged is hidden. */
export function curvePanels(keys: readonly string[]): readonly PanelGroup[] {
  const known = new Set(GROUPS.flatMap(({ panels }) => panels.flatMap(({ lines }) => lines(keys).map(([key]) => key))));
  const others = keys.filter((key) => !known.has(key) && !NO_CURVES.has(key)).map((key): CurvePanel => ({ title: key, lines: named([key, key]), explanation: 'As it was logged.', chart: { yLabel: key } }));
  const groups = [...GROUPS, { name: 'Other numbers', panels: others }].map(({ name, panels }) => ({ name, panels: panels.filter(({ lines }) => lines(keys).length > 0) }));
  return groups.filter(({ panels }) => panels.length > 0);
}

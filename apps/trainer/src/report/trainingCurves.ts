import { lineChart, type LineChartOptions, type Series } from './chart.ts';
import { legend } from './legend.ts';
import { html, type Html } from './html.ts';
import { thin } from './thin.ts';

/** One line of `metrics.jsonl`. */
export type MetricsRow = Readonly<Record<string, number>>;

interface Panel {
  readonly title: string;
  /** Which keys of the log are drawn, and what each is called. */
  readonly lines: (keys: readonly string[]) => readonly (readonly [key: string, name: string])[];
  readonly explanation: string;
  readonly chart: Pick<LineChartOptions, 'yLabel' | 'yFromZero' | 'yFormat'>;
  /** The key of the queue's chance line is known only from the queue's size. */
  readonly reference?: (queueSize: number | undefined) => number | undefined;
}

const stagesOf = (prefix: string) => (keys: readonly string[]) => keys.filter((key) => key.startsWith(prefix)).map((key) => [key, key.slice(prefix.length)] as const);
const named = (...lines: (readonly [string, string])[]) => (keys: readonly string[]) => lines.filter(([key]) => keys.includes(key));

const PANELS: readonly Panel[] = [
  {
    title: 'Loss',
    lines: named(['loss', 'total'], ['infoNce', 'InfoNCE']),
    explanation: 'The total is InfoNCE plus the weighted terms on intermediate maps. Dashed: the InfoNCE of an encoder to which all images look alike, ln(K + 1) for a queue of K keys; an early rise is the queue filling with real keys.',
    chart: { yLabel: 'loss (nats)' },
    reference: (queueSize) => (queueSize === undefined ? undefined : Math.log(queueSize + 1)),
  },
  {
    title: 'IFA terms',
    lines: stagesOf('ifa.'),
    explanation: 'Mean distance of the query-key cosine from its target, before the weight, for each stage. Lower is closer.',
    chart: { yLabel: 'mean |target − cosine|' },
  },
  {
    title: 'Squared distances of intermediate maps',
    lines: stagesOf('mse.'),
    explanation: 'Mean squared difference of the pooled feature maps of the two views, before the weight, for each stage. It follows the scale of the maps: lower is closer only at an equal scale.',
    chart: { yLabel: 'mean squared difference' },
  },
  {
    title: 'Similarity of intermediate maps',
    lines: stagesOf('similarity.'),
    explanation: 'Mean cosine between the feature maps of the two views of an image, position by position. At 1 the maps point the same way everywhere; a sudden 1 together with a falling accuracy is collapse.',
    chart: { yLabel: 'mean cosine' },
  },
  {
    title: 'Instance accuracy',
    lines: named(['accuracyTop1', 'top-1']),
    explanation: 'Share of queries whose own key is more similar than every key in the queue.',
    chart: { yLabel: 'share of queries', yFromZero: true, yFormat: '.0%' },
  },
  {
    title: 'Logits',
    lines: named(['positiveLogit', 'own key'], ['negativeLogit', 'queue']),
    explanation: 'Mean similarity over the temperature, to the own key and to the queue. The gap between the lines is what the encoder tells apart.',
    chart: { yLabel: 'similarity / temperature' },
  },
  { title: 'Learning rate', lines: named(['learningRate', 'learning rate']), explanation: 'The schedule as it was taken.', chart: { yLabel: 'learning rate' } },
  { title: 'Speed', lines: named(['imagesPerSecond', 'images']), explanation: 'Images through a whole training step per second, loading included.', chart: { yLabel: 'images / s' } },
];

const MOST_POINTS = 600;

/**
 * Draws the curves of a training run as small charts of one size, each with how it is read.
 *
 * @param rows The run's log, by ascending step.
 * @param options The size of the key queue, for the line of chance.
 */
export function trainingCurves(rows: readonly MetricsRow[], { queueSize }: { readonly queueSize?: number | undefined } = {}): Html {
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const figures = PANELS.flatMap(({ title, lines, explanation, chart, reference }) => {
    const present = lines(keys);
    if (present.length === 0) return [];
    const series = present.map(([key, name]): Series => ({ name, points: thin(rows.flatMap((row) => (Number.isFinite(row[key]) ? [[row['step'] as number, row[key] as number] as const] : [])), MOST_POINTS) }));
    const isSchedule = title === 'Learning rate';
    const chance = reference?.(queueSize);
    const label = `${title} over the training steps: ${present.map(([key, name]) => `${name} from ${rows[0]?.[key]} to ${rows.at(-1)?.[key]}`).join(', ')}`;
    const smooth = isSchedule ? 1 : Math.max(1, Math.round((series[0] as Series).points.length / 20));
    return [
      html`<figure class="panel">
        <h4>${title}</h4>
        ${lineChart(series, { ...chart, label, xLabel: 'step', smooth, ...(chance !== undefined && { reference: chance }) })}
        ${series.length > 1 && legend(series.map(({ name }) => name))}
        <figcaption>${explanation}</figcaption>
      </figure>`,
    ];
  });
  return html`<div class="panels">${figures}</div>
    <p class="note">Faint lines are the logged steps, strong lines a running mean over a twentieth of the run.</p>`;
}

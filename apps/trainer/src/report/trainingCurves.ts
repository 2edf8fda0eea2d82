import { lineChart, type Series } from './chart.ts';
import { curvePanels, type CurvePanel } from './curvePanels.ts';
import { formatNumber } from './formatValue.ts';
import { html, type Html } from './html.ts';
import { legend } from './legend.ts';
import { thin } from './thin.ts';

/** One line of `metrics.jsonl`. */
export type MetricsRow = Readonly<Record<string, number>>;

/** A run whose curves are drawn. */
export interface CurveRun {
  readonly name: string;
  readonly metrics: readonly MetricsRow[];
  readonly queueSize?: number | undefined;
}

const MOST_POINTS = 600;
const NOTE = html`<p class="note">Faint lines are the logged steps, strong lines a running mean over a twentieth of the run.</p>`;

/** Draws the curves of a training run as small charts of one size, each with how it is read. */
export function trainingCurves({ metrics, queueSize }: Omit<CurveRun, 'name'>): Html {
  const keys = keysOf([{ metrics }]);
  return html`${curvePanels(keys).map(({ name, panels }) => {
    const figures = panels.map((panel) => {
      const series = panel.lines(keys).map(([key, line]) => seriesOf(line, metrics, key, panel)).filter(({ points }) => points.length > 0);
      return html`<figure class="panel"><h5>${panel.title}</h5>${draw(panel, panel.title, series, { queueSize })}${series.length > 1 && legend(series.map((one) => one.name))}<figcaption>${panel.explanation}</figcaption></figure>`;
    });
    return html`<h4>${name}</h4><div class="panels">${figures}</div>`;
  })}${NOTE}`;
}

/** Draws the curves of several runs over one another, one chart a number and one colour a run. */
export function overlaidCurves(runs: readonly CurveRun[]): Html {
  const keys = keysOf(runs);
  const names = runs.map(({ name }) => name);
  const queueSizes = new Set(runs.map(({ queueSize }) => queueSize));
  const steps = runs.flatMap(({ metrics }) => [metrics[0]?.['step'] ?? 0, metrics.at(-1)?.['step'] ?? 0]);
  const options = { queueSize: queueSizes.size === 1 ? runs[0]?.queueSize : undefined, xDomain: [Math.min(...steps), Math.max(...steps)] as const };
  return html`${curvePanels(keys).map(({ name, panels }) => {
    const figures = panels.flatMap((panel) =>
      panel.lines(keys).map(([key, line], index, lines) => {
        const series = runs.map(({ name: run, metrics }) => seriesOf(run, metrics, key, panel));
        const title = lines.length > 1 ? `${panel.title}: ${line}` : panel.title;
        return html`<figure class="panel"><h5>${title}</h5>${draw(panel, title, series, options)}${index === 0 && html`<figcaption>${panel.explanation}</figcaption>`}</figure>`;
      }),
    );
    return html`<h4>${name}</h4>${legend(names)}<div class="panels">${figures}</div>`;
  })}${NOTE}`;
}

/** All keys that any of the runs logged, in the order in which they were first. */
export function keysOf(runs: readonly Pick<CurveRun, 'metrics'>[]): string[] {
  return [...new Set(runs.flatMap(({ metrics }) => metrics.flatMap((row) => Object.keys(row))))];
}

function seriesOf(name: string, metrics: readonly MetricsRow[], key: string, { chart }: CurvePanel): Series {
  const isDrawn = (value: number | undefined): boolean => Number.isFinite(value) && (!chart.yLog || (value as number) > 0);
  return { name, points: thin(metrics.flatMap((row) => (isDrawn(row[key]) ? [[row['step'] as number, row[key] as number] as const] : [])), MOST_POINTS) };
}

function draw({ chart, reference, exact }: CurvePanel, title: string, series: readonly Series[], { queueSize, xDomain }: { readonly queueSize: number | undefined; readonly xDomain?: readonly [number, number] }): Html {
  const [longest, chance] = [Math.max(...series.map(({ points }) => points.length)), reference?.(queueSize)];
  const spans = series.flatMap(({ name, points }) => (points.length === 0 ? [] : [`${name} from ${formatNumber(points[0]?.[1] as number)} to ${formatNumber(points.at(-1)?.[1] as number)}`]));
  return lineChart(series, { ...chart, label: `${title} over the training steps: ${spans.join(', ')}`, xLabel: 'step', smooth: exact ? 1 : Math.max(1, Math.round(longest / 20)), ...(xDomain && { xDomain }), ...(chance !== undefined && { reference: chance }) });
}

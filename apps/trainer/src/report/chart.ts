import * as Plot from '@observablehq/plot';
import type { Html } from './html.ts';
import { plotToSvg } from './plotToSvg.ts';

/** One line of a chart. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** Charts are drawn at about the width of a phone and set side by side on wider screens, so that their letters keep one size. */
const WIDTH = 344;

/** The colour of a series: the page's style says which, for light and for dark. */
export function seriesColour(index: number): string {
  return `var(--series-${(index % 8) + 1})`;
}

/** How a line chart is drawn. */
export interface LineChartOptions {
  /** What a screen reader says instead of the picture. */
  readonly label: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Whether the y axis begins at 0 whatever the data. */
  readonly yFromZero?: boolean;
  /** Whether the y axis is logarithmic; values must be above 0. */
  readonly yLog?: boolean;
  /** A d3-format of the y axis's ticks. */
  readonly yFormat?: string;
  /** A dashed line across, such as the value of chance. */
  readonly reference?: number;
  /** The x axis from and to; as the data reach by default. */
  readonly xDomain?: readonly [number, number];
  /** Draws a running mean of this many points over the faint points themselves; 1 draws the points alone. */
  readonly smooth?: number;
}

/** Draws lines over one x axis as SVG. */
export function lineChart(series: readonly Series[], { label, xLabel, yLabel, yFromZero = false, yLog = false, yFormat, reference, xDomain, smooth = 1 }: LineChartOptions): Html {
  const marks = series.flatMap(({ points }, index) => {
    const data = [...points];
    const channels = { x: '0', y: '1', stroke: seriesColour(index), clip: true };
    // Lines that may lie on one another: the later ones are dashed
    if (smooth <= 1 || data.length < 3) return [Plot.line(data, { ...channels, strokeWidth: 1.6, ...(index > 0 && { strokeDasharray: `${4 + index} ${3 + index}` }) })];
    const mean = Plot.windowY({ k: Math.min(smooth, data.length), anchor: 'middle', strict: false }, { ...channels, strokeWidth: 1.8 });
    return [Plot.line(data, { ...channels, strokeWidth: 1, strokeOpacity: 0.28 }), Plot.line(data, mean)];
  });
  return plotToSvg(
    {
      width: WIDTH,
      height: 190,
      marginLeft: 46,
      marginRight: 14,
      marginTop: 26,
      marginBottom: 34,
      x: { label: xLabel, ticks: 5, tickFormat: 's', labelArrow: 'none', ...(xDomain && { domain: xDomain }) },
      y: { label: yLabel, grid: true, ticks: 5, nice: true, labelArrow: 'none', ...(yLog ? { type: 'log' as const, tickFormat: '~g' } : { zero: yFromZero }), ...(yFormat && { tickFormat: yFormat }) },
      marks: [...(reference === undefined ? [] : [Plot.ruleY([reference], { stroke: 'var(--muted)', strokeDasharray: '4 3' })]), ...marks],
    },
    label,
  );
}

/** Draws how often values occur, in forty bins over the given domain. */
export function histogram(values: readonly number[], { label, xLabel, domain }: { readonly label: string; readonly xLabel: string; readonly domain: readonly [number, number] }): Html {
  const thresholds = Array.from({ length: 41 }, (_, index) => domain[0] + (index / 40) * (domain[1] - domain[0]));
  return plotToSvg(
    {
      width: WIDTH,
      height: 160,
      marginLeft: 46,
      marginRight: 14,
      marginTop: 24,
      marginBottom: 34,
      x: { label: xLabel, domain, ticks: 5, labelArrow: 'none' },
      y: { label: 'images', grid: true, ticks: 4, nice: true, labelArrow: 'none' },
      marks: [Plot.rectY([...values], Plot.binX({ y: 'count' }, { x: (value: number) => value, fill: seriesColour(0), thresholds } as Plot.BinXInputs<Plot.RectYOptions>)), Plot.ruleY([0])],
    },
    label,
  );
}

/** One estimate with its interval, in a row of an interval chart. */
export interface IntervalPoint {
  /** The row, such as a finding. */
  readonly row: string;
  /** Which of the compared things it is of; decides the colour. */
  readonly series: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Draws estimates as dots on their intervals, row by row, the series of a row one under another. */
export function intervalChart(points: readonly IntervalPoint[], { label, xLabel, domain, reference }: { readonly label: string; readonly xLabel: string; readonly domain?: readonly [number, number]; readonly reference: number }): Html {
  const rows = [...new Set(points.map(({ row }) => row))];
  const seriesCount = 1 + Math.max(...points.map(({ series }) => series));
  const lane = 18;
  const data = [...points];
  const marks = Array.from({ length: seriesCount }, (_, index) => {
    const own = data.filter(({ series }) => series === index);
    const shift = { dy: (index - (seriesCount - 1) / 2) * lane };
    return [
      Plot.ruleY(own, { x1: 'low', x2: 'high', y: 'row', stroke: seriesColour(index), strokeWidth: 2, ...shift }),
      Plot.dot(own, { x: 'value', y: 'row', fill: seriesColour(index), r: 4, ...shift }),
    ];
  });
  const longest = Math.max(...rows.map((row) => row.length));
  return plotToSvg(
    {
      width: WIDTH * 1.5,
      height: 56 + rows.length * (seriesCount * lane + 14),
      marginLeft: Math.min(150, 24 + longest * 6.4),
      marginRight: 20,
      marginTop: 10,
      marginBottom: 36,
      x: { label: xLabel, grid: true, nice: true, ticks: 6, labelArrow: 'none', ...(domain && { domain }) },
      y: { type: 'point', label: null, domain: rows, padding: 0.5 },
      marks: [Plot.ruleX([reference], { stroke: 'var(--muted)', strokeDasharray: '4 3' }), ...marks.flat()],
    },
    label,
  );
}

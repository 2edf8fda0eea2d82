import * as Plot from '@observablehq/plot';
import { seriesColour } from './chart.ts';
import { plotToSvg } from './plotToSvg.ts';
import type { Html } from './html.ts';

/** One line with an interval at each point. */
export interface BandSeries {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number; readonly low: number; readonly high: number }[];
}

/** How a chart of bands is drawn. */
export interface BandChartOptions {
  /** What a screen reader says instead of the picture. */
  readonly label: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Where the x axis, which is logarithmic, has its marks, and what they say. */
  readonly ticks: readonly { readonly x: number; readonly text: string }[];
  /** Whether the y axis goes from 0 to 1 whatever the data. */
  readonly unitY?: boolean;
}

/** Draws lines in their bands over a logarithmic x axis, as SVG. */
export function bandChart(series: readonly BandSeries[], { label, xLabel, yLabel, ticks, unitY = false }: BandChartOptions): Html {
  const marks = series.flatMap(({ points }, index) => {
    const [data, colour] = [[...points].sort((a, b) => a.x - b.x), seriesColour(index)];
    return [
      Plot.areaY(data, { x: 'x', y1: 'low', y2: 'high', fill: colour, fillOpacity: 0.1 }),
      Plot.line(data, { x: 'x', y: 'y', stroke: colour, strokeWidth: 1.6 }),
      Plot.dot(data, { x: 'x', y: 'y', fill: colour, r: 3 }),
    ];
  });
  return plotToSvg(
    {
      width: 344,
      height: 230,
      marginLeft: 46,
      marginRight: 18,
      marginTop: 26,
      marginBottom: 36,
      x: { type: 'log', axis: null },
      y: { label: yLabel, grid: true, ticks: 5, labelArrow: 'none', ...(unitY ? { domain: [0, 1] } : { nice: true }) },
      // A logarithmic scale leaves out the labels of some of its ticks: these have their own
      marks: [Plot.axisX(ticks.map(({ x }) => x), { text: ticks.map(({ text }) => text), label: xLabel, labelArrow: 'none' }), ...marks],
    },
    label,
  );
}

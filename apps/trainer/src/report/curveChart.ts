import * as Plot from '@observablehq/plot';
import { seriesColour } from './chart.ts';
import { plotToSvg } from './plotToSvg.ts';
import type { Html } from './html.ts';

/** A curve in the unit square, with how far it may be off. */
export interface Curve {
  readonly points: readonly (readonly [x: number, y: number])[];
  /** From left to right. */
  readonly band: readonly { readonly x: number; readonly low: number; readonly high: number }[];
}

/** How a curve is drawn. */
export interface CurveChartOptions {
  readonly label: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Dashed: the rising diagonal, or a level line such as the share of positives. @default {none} */
  readonly reference?: 'diagonal' | number;
  /** Precision is drawn as steps, since lines between its points would flatter. @default {'line'} */
  readonly form?: 'line' | 'steps' | 'dots';
}

/** Draws a curve over the unit square as SVG: ROC, precision against recall, or reliability. */
export function curveChart({ points, band }: Curve, { label, xLabel, yLabel, reference, form = 'line' }: CurveChartOptions): Html {
  const colour = seriesColour(0);
  const [data, edges] = [[...points], [...band]];
  const dashed = { stroke: 'var(--muted)', strokeDasharray: '4 3' };
  const around = form === 'dots' ? Plot.ruleX(edges, { x: 'x', y1: 'low', y2: 'high', stroke: colour, strokeWidth: 1.6, strokeOpacity: 0.55 }) : Plot.areaY(edges, { x: 'x', y1: 'low', y2: 'high', fill: colour, fillOpacity: 0.18 });
  const curve = form === 'dots' ? [Plot.line(data, { x: '0', y: '1', stroke: colour, strokeWidth: 1 }), Plot.dot(data, { x: '0', y: '1', fill: colour, r: 3 })] : [Plot.line(data, { x: '0', y: '1', stroke: colour, strokeWidth: 1.8, curve: form === 'steps' ? 'step-before' : 'linear' })];
  const axis = { domain: [0, 1], ticks: 5, grid: true, labelArrow: 'none' } as const;
  return plotToSvg(
    {
      width: 300,
      height: 290,
      marginLeft: 44,
      marginRight: 12,
      marginTop: 26,
      marginBottom: 36,
      x: { ...axis, label: xLabel },
      y: { ...axis, label: yLabel },
      marks: [reference === undefined ? null : reference === 'diagonal' ? Plot.line([[0, 0], [1, 1]], { x: '0', y: '1', ...dashed }) : Plot.ruleY([reference], dashed), around, ...curve],
    },
    label,
  );
}

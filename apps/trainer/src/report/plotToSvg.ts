import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { raw, type Html } from './html.ts';

const FONT = { fontSize: '11px', fontFamily: 'system-ui, sans-serif' };

/**
 * Draws a plot as SVG for the page.
 *
 * @param label What a screen reader says instead of the picture.
 */
export function plotToSvg(options: Plot.PlotOptions, label: string): Html {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const chart = Plot.plot({ ...options, style: FONT as never, document: document as never }) as unknown as { setAttribute(name: string, value: string): void; outerHTML: string };
  chart.setAttribute('role', 'img');
  chart.setAttribute('aria-label', label);
  return raw(chart.outerHTML);
}

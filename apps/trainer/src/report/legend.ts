import { seriesColour } from './chart.ts';
import { html, type Html } from './html.ts';

/** Names the colours of a chart's series, in their order. */
export function legend(names: readonly string[]): Html {
  return html`<ul class="legend">${names.map((name, index) => html`<li><span style="background:${seriesColour(index)}"></span>${name}</li>`)}</ul>`;
}

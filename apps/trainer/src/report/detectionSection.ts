import { lineChart } from './chart.ts';
import { detectionDetails } from './detectionDetails.ts';
import type { DetectionPart } from './detectionPart.ts';
import { html, type Html } from './html.ts';
import { legend } from './legend.ts';

/** Shows a detection run: what it learnt from, how it learnt, and what it finds. */
export function detectionSection({ name, facts, losses, validation, details }: DetectionPart): Html {
  const hasLosses = losses.some(({ points }) => points.length > 1);
  return html`<section><h2>Detection: ${name}</h2>
<dl class="facts">${facts.map(([fact, value]) => html`<div><dt>${fact}</dt><dd>${value}</dd></div>`)}</dl>
<h3>Learning</h3>
<div class="panels">
${hasLosses && html`<figure class="panel">${lineChart(losses, { label: 'loss over steps', xLabel: 'step', yLabel: 'loss', yFromZero: true, smooth: 9 })}${legend(losses.map((line) => line.name))}<figcaption>Focal loss of the findings and distance of the boxes, per anchor with a box.</figcaption></figure>`}
${validation.points.length > 1 && html`<figure class="panel">${lineChart([validation], { label: 'mAP of the validation images over steps', xLabel: 'step', yLabel: 'mAP at IoU 0.5', yFromZero: true })}<figcaption>mAP at IoU 0.5 of the validation images; nothing is chosen by it.</figcaption></figure>`}
</div>
${!hasLosses && html`<p class="note">Fewer than two steps were logged.</p>`}
<h3>What it finds</h3>
${detectionDetails(details)}</section>`;
}

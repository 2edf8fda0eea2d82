import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { boxPrecisionRecallCurve, frocCurve } from '@cxr-ifa/metrics';
import manifest from '../../package.json' with { type: 'json' };
import { decodeFile } from '../input/decodeFile.ts';
import { lineChart, type Series } from '../report/chart.ts';
import { html, type Html } from '../report/html.ts';
import { legend } from '../report/legend.ts';
import { renderPage } from '../report/renderPage.ts';
import { thin } from '../report/thin.ts';
import { atomicWrite } from '../run/atomicWrite.ts';
import type { CocoAnnotations, CocoResults } from './cocoFile.ts';
import { BOX_COLOURS, drawOverlay, type DrawnBox } from './drawOverlay.ts';
import { numberBoxes, type BoxScores } from './scoreBoxes.ts';
import { scoreTable } from './scoreTable.ts';

/** What a page is made of. */
export interface DetectionPageContent {
  readonly annotations: CocoAnnotations;
  readonly results: CocoResults;
  readonly scores: BoxScores;
  /** The folder of the images; none are shown without it. */
  readonly images?: string | undefined;
  readonly name: string;
}

const NOTHING = html`<p class="note">Too few detections for a curve.</p>`;
const SHOWN = 12;
const DRAWN_SCORE = 0.3;

/** Writes a page with precision-recall and FROC curves, and a gallery of images with what is there (dashed) and what was found. */
export async function writeDetectionPage(path: string, content: DetectionPageContent): Promise<void> {
  const { annotations, results, scores, name } = content;
  const { objects, detections, sizes } = numberBoxes(annotations, results);
  const findings = annotations.categories.map((category) => category.name);
  const curves = findings.flatMap((finding, i): Series[] => {
    const curve = boxPrecisionRecallCurve(detections, objects, i, sizes);
    return curve && curve.recall.length > 1 ? [{ name: finding, points: thin(Array.from(curve.recall, (recall, at) => [recall, curve.precision[at] as number] as const), 200) }] : [];
  });
  const froc = frocCurve(detections, objects, { ...sizes, iouThreshold: scores.froc.hit });
  const points = froc ? thin(Array.from(froc.falsePositives, (x, at) => [x, froc.sensitivity[at] as number] as const).filter(([x]) => x <= 8), 200) : [];
  const precision = curves.length > 0 ? html`${lineChart(curves, { label: 'precision over recall of each finding', xLabel: 'recall', yLabel: 'precision', yFromZero: true })}${legend(curves.map((series) => series.name))}` : NOTHING;
  const sensitivity = points.length > 1 ? lineChart([{ name: 'all findings', points }], { label: 'sensitivity over false alarms an image', xLabel: 'false alarms an image', yLabel: 'sensitivity', yFromZero: true }) : NOTHING;
  const body = html`<section><h2>Scores</h2><pre style="overflow-x: auto">${scoreTable(scores, { confidence: 0.95 }).join('\n')}</pre></section>
<section><h2>Curves</h2><div class="panels">
<figure class="panel"><h4>Precision and recall at an overlap of 0.5</h4>${precision}</figure>
<figure class="panel"><h4>FROC: findings found over false alarms an image</h4>${sensitivity}</figure>
</div></section>
${await gallery(content, findings)}`;
  await atomicWrite(path, renderPage({ title: `Detections of ${name}`, program: `${manifest.name} ${manifest.version}`, body }));
}

/** The images with boxes first, as they come in the file. */
async function gallery({ annotations, results, images: folder }: DetectionPageContent, findings: readonly string[]): Promise<Html> {
  if (folder === undefined) return html``;
  const withBoxes = new Set(annotations.annotations.map(({ image_id }) => image_id));
  const chosen = [...annotations.images].sort((a, b) => Number(withBoxes.has(b.id)) - Number(withBoxes.has(a.id))).slice(0, SHOWN);
  const indexOf = new Map(annotations.categories.map(({ id }, i) => [id, i]));
  const colourOf = (category: number): DrawnBox['colour'] => BOX_COLOURS[(indexOf.get(category) ?? 0) % BOX_COLOURS.length] as DrawnBox['colour'];
  const pictures = await Promise.all(
    chosen.map(async ({ id, file_name }) => {
      const { image } = await decodeFile(await readFile(join(folder, file_name)));
      const there = annotations.annotations.filter(({ image_id }) => image_id === id).map(({ bbox, category_id }): DrawnBox => ({ box: bbox, colour: colourOf(category_id), dashed: true }));
      const found = results.filter(({ image_id, score }) => image_id === id && score >= DRAWN_SCORE);
      const png = Buffer.from(drawOverlay(image, [...found.map(({ bbox, category_id }): DrawnBox => ({ box: bbox, colour: colourOf(category_id) })), ...there])).toString('base64');
      const says = found.map(({ category_id, score }) => `${findings[indexOf.get(category_id) as number]} ${score.toFixed(2)}`).join(', ') || 'nothing found';
      return html`<figure class="panel"><img src="data:image/png;base64,${png}" width="256" alt="${file_name} with its boxes"><figcaption>${there.length} box${there.length === 1 ? '' : 'es'} there; ${says}</figcaption></figure>`;
    }),
  );
  const names = findings.map((finding, i) => html`<li><span style="background: rgb(${(BOX_COLOURS[i % BOX_COLOURS.length] as readonly number[]).join(', ')})"></span>${finding}</li>`);
  return html`<section><h2>Images</h2><p>Dashed: what is there. Full: what was found with a score of ${DRAWN_SCORE} or more. Images with boxes come first.</p><ul class="legend">${names}</ul><div class="panels">${pictures}</div></section>`;
}

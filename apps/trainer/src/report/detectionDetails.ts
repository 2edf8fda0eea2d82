import { FROC_RATES } from '@cxr-ifa/metrics';
import type { GrayImage } from '@cxr-ifa/tensor';
import { chooseExamples, type DetectionExample } from '../detect/chooseExamples.ts';
import type { CocoAnnotations, CocoResults } from '../detect/cocoFile.ts';
import { BOX_COLOURS, drawOverlay, type DrawnBox } from '../detect/drawOverlay.ts';
import type { BoxScores, Estimate } from '../detect/scoreBoxes.ts';
import { bandChart } from './bandChart.ts';
import { ALARMS, type BoxCurves } from './boxCurves.ts';
import { curveChart } from './curveChart.ts';
import { html, type Html } from './html.ts';
import type { Available } from './renderReport.ts';

/** An image, and where it shows a box of its file. */
export interface ShownImage {
  readonly image: GrayImage;
  readonly place: (box: DrawnBox['box']) => DrawnBox['box'] | undefined;
}

/** What a page shows of boxes. */
export interface DetectionDetails {
  readonly scores: BoxScores;
  readonly confidence: number;
  readonly curves: BoxCurves;
  readonly gallery: Available<DetectionGallery>;
}

/** Pictures of the best and the worst images. */
export interface DetectionGallery {
  readonly findings: readonly string[];
  readonly best: readonly GalleryPicture[];
  readonly worst: readonly GalleryPicture[];
}
interface GalleryPicture {
  readonly png: Uint8Array;
  readonly example: DetectionExample;
  /** The findings of the found boxes. */
  readonly found: readonly string[];
}

const SHOWN = 8;
const number = (value: number | null): string => (value === null ? 'none' : value.toFixed(3));
const estimate = ({ value, low, high }: Estimate): string => (low === null || high === null ? number(value) : `${number(value)} (${number(low)} to ${number(high)})`);

/** Draws the images that a detector did best and worst on. */
export async function drawGallery(annotations: CocoAnnotations, results: CocoResults, { drawnFrom }: Pick<BoxCurves, 'drawnFrom'>, read: (image: CocoAnnotations['images'][number]) => Promise<ShownImage>): Promise<DetectionGallery> {
  const order = new Map(annotations.categories.map(({ id }, i) => [id, i]));
  const nameOf = (category: number): string => annotations.categories[order.get(category) as number]?.name as string;
  const draw = async (example: DetectionExample): Promise<GalleryPicture> => {
    const { image, place } = await read(example.image);
    const drawn = (boxes: readonly { readonly bbox: DrawnBox['box']; readonly category_id: number }[], dashed: boolean): DrawnBox[] =>
      boxes.flatMap(({ bbox, category_id }) => {
        const box = place(bbox);
        return box ? [{ box, dashed, colour: colourOf(order.get(category_id) as number) }] : [];
      });
    return { png: drawOverlay(image, [...drawn(example.found, false), ...drawn(example.there, true)]), example, found: example.found.map(({ category_id, score }) => `${nameOf(category_id)} ${score.toFixed(2)}`) };
  };
  const { best, worst } = chooseExamples(annotations, results, { drawnFrom, count: SHOWN });
  return { findings: annotations.categories.map(({ name }) => name), best: await Promise.all(best.map(draw)), worst: await Promise.all(worst.map(draw)) };
}

function colourOf(finding: number): DrawnBox['colour'] {
  return BOX_COLOURS[finding % BOX_COLOURS.length] as DrawnBox['colour'];
}

/** Shows scores, curves with bands, and the best and the worst images. */
export function detectionDetails({ scores, confidence, curves, gallery }: DetectionDetails): Html {
  const { map50, map, mapThresholds, vindrMap40, rsna, froc, findings } = scores;
  const thresholds = mapThresholds.length > 1 ? `${mapThresholds[0]} to ${mapThresholds.at(-1)}` : String(mapThresholds[0]);
  const hit = froc.hit === 'centre' ? 'whose centre lies in it' : `that overlaps it by ${froc.hit}`;
  return html`<dl class="facts">${[
    ['mAP at IoU 0.5', estimate(map50)],
    [`mAP at IoU ${thresholds}`, estimate(map)],
    ['FROC score', estimate(froc.score)],
    ['VinDr-CXR mAP at 0.4', number(vindrMap40)],
    [`RSNA, boxes from ${rsna.threshold}`, number(rsna.score)],
    ['Test images', `${scores.images} of ${scores.patients} patients, ${scores.imagesWithBoxes} with boxes`],
    ['Boxes found', String(scores.detections)],
  ].map(([fact, value]) => html`<div><dt>${fact}</dt><dd>${value}</dd></div>`)}</dl>
<div class="scroll"><table>
<caption>Average precision by finding</caption>
<thead><tr><th>Finding</th><th class="number">Boxes</th><th class="number">AP at 0.5</th><th class="number">AP at ${thresholds}</th><th class="number">VinDr-CXR AP at 0.4</th></tr></thead>
<tbody>${findings.map(({ finding, boxes, ap50, ap, vindrAp40 }) => html`<tr><th scope="row">${finding}</th><td class="number">${boxes}</td><td class="number">${number(ap50)}</td><td class="number">${number(ap)}</td><td class="number">${number(vindrAp40)}</td></tr>`)}</tbody>
</table></div>
<h4>Curves on the test images</h4>
${curves.findings.length === 0 && html`<p class="note">Not shown: the test images have no box.</p>`}
${curves.findings.length > 0 && html`<p class="note">Shaded: ${confidence * 100} % intervals by a bootstrap over patients, each place by itself. Precision at a recall is the best at that recall or a higher one, as COCO counts it, so that the area under the curve is the AP.</p>`}
<div class="panels">
${curves.froc && html`<figure class="panel">${bandChart([curves.froc], { label: `FROC: ${curves.froc.points.map(({ x, y }) => `${y.toFixed(2)} at ${x}`).join(', ')}`, xLabel: 'false alarms an image', yLabel: 'sensitivity', ticks: FROC_RATES.map((x) => ({ x, text: x < 1 ? `1/${1 / x}` : String(x) })), unitY: true })}<figcaption>FROC of all findings: the share of boxes that are found by one ${hit}, over false alarms an image. Its score is the mean of these seven.</figcaption></figure>`}
${curves.findings.map(({ finding, boxes, precisionRecall }) => html`<figure class="panel">${curveChart(precisionRecall, { label: `precision over recall of ${finding}`, xLabel: 'recall', yLabel: 'precision', form: 'steps' })}<figcaption>${finding}: ${boxes} box${boxes === 1 ? '' : 'es'}; a box is found at an overlap of 0.5.</figcaption></figure>`)}
</div>
${'missing' in gallery ? html`<p class="note">Images are not shown: ${gallery.missing}.</p>` : galleryOf(gallery, curves.drawnFrom)}`;
}

function galleryOf({ findings, best, worst }: DetectionGallery, drawnFrom: number): Html {
  return html`<h4>Images it did best on</h4>
<ul class="legend dots">${findings.map((finding, i) => html`<li><span style="background: rgb(${colourOf(i).join(', ')})"></span>${finding}</li>`)}</ul>
<p class="note">Dashed: what is there. Full: what was found with a score of ${drawnFrom.toFixed(2)} or more, from which on there are at most ${ALARMS} false alarms an image. One image a patient.</p>
${strip(best, 'No test image has a box.')}
<h4>Images it did worst on</h4>
${strip(worst, 'It made no mistake on any image.')}`;
}

function strip(pictures: readonly GalleryPicture[], nothing: string): Html {
  if (pictures.length === 0) return html`<p class="note">${nothing}</p>`;
  return html`<div class="strip wide">${pictures.map(({ png, example: { image, there, missed, falseAlarms }, found }) => {
    const says = [`${there.length} there`, ...(missed > 0 ? [`${missed} missed`] : []), ...(falseAlarms > 0 ? [`${falseAlarms} false`] : [])].join(', ');
    return html`<div class="column"><img src="data:image/png;base64,${Buffer.from(png).toString('base64')}" alt="${image.file_name} with its boxes"><span>${says}. Found: ${found.join(', ') || 'nothing'}<br>${image.file_name}</span></div>`;
  })}</div>`;
}

import type { ColourImage } from '../output/colourImage.ts';
import { encodeColourPng } from '../output/colourImage.ts';
import { OUTCOMES, type ConfidentImage } from './confidentImages.ts';
import { curveChart } from './curveChart.ts';
import type { FindingCurves } from './findingCurves.ts';
import { html, type Html } from './html.ts';
import type { Available } from './renderReport.ts';

/** An image of a gallery: itself, and under its map where the run can be explained. */
export type GalleryImage = ConfidentImage & { readonly picture: ColourImage };

/** What a report shows of one classification run besides the comparison of all. */
export interface ClassificationDetails {
  readonly name: string;
  readonly confidence: number;
  readonly curves: readonly FindingCurves[];
  /** By finding. */
  readonly galleries: Available<readonly { readonly finding: string; readonly images: readonly GalleryImage[] }[]>;
  /** Whether the pictures show Grad-CAM maps. */
  readonly explained: boolean;
}

/** Shows a run's curves and the images it was surest of. */
export function classificationDetails({ name, confidence, curves, galleries, explained }: ClassificationDetails): Html {
  return html`<h3>${name}: curves on the test images</h3>
${curves.length === 0 && html`<p class="note">Not shown: no finding has both present and absent labels among the test images.</p>`}
${curves.map(
  ({ finding, positives, negatives, roc, precisionRecall, reliability }) => html`<h4>${finding}: ${positives} positive, ${negatives} negative</h4>
<div class="panels">
<figure class="panel">${curveChart(roc, { label: `ROC curve of ${finding}`, xLabel: '1 − specificity', yLabel: 'sensitivity', reference: 'diagonal' })}</figure>
<figure class="panel">${curveChart(precisionRecall, { label: `Precision against recall of ${finding}`, xLabel: 'recall', yLabel: 'precision', reference: positives / (positives + negatives), form: 'steps' })}</figure>
<figure class="panel">${curveChart(reliability, { label: `Reliability of ${finding}`, xLabel: 'predicted probability', yLabel: 'share of positives', reference: 'diagonal', form: 'dots' })}</figure>
</div>`,
)}
${curves.length > 0 && html`<p class="note">Shaded, and bars: ${confidence * 100} % intervals by a bootstrap over patients, each place by itself. Dashed: chance in the first, the share of positives in the second, perfect calibration in the third, whose dots are tenths of the images in order of their probability.</p>`}
<h3>${name}: the images it was surest of</h3>
${'missing' in galleries ? html`<p class="note">Not shown: ${galleries.missing}.</p>` : galleries.map(gallery)}
${!('missing' in galleries) && html`<p class="note">Of the test images with the finding and without, one a patient, those with the highest and the lowest probability. ${explained && 'Right half: Grad-CAM, the brighter, the more a place speaks for the finding; nothing is coloured where nothing does. '}Labels may be wrong where the run is not: look.</p>`}`;
}

function gallery({ finding, images }: { readonly finding: string; readonly images: readonly GalleryImage[] }): Html {
  return html`<h4>${finding}</h4>${OUTCOMES.map((outcome) => {
    const own = images.filter((image) => image.outcome === outcome);
    return own.length > 0 && html`<p class="note">${outcome}</p><div class="strip wide">${own.map((image) => html`<div class="column">${colourTag(image.picture, `${finding}, ${outcome}: ${image.image}`)}<span>${image.probability.toFixed(3)}<br>${image.image}</span></div>`)}</div>`;
  })}`;
}

function colourTag(picture: ColourImage, description: string): Html {
  return html`<img src="data:image/png;base64,${Buffer.from(encodeColourPng(picture)).toString('base64')}" width="${picture.width}" height="${picture.height}" alt="${description}">`;
}

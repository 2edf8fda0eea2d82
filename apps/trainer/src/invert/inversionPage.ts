import { html, type Html } from '../report/html.ts';
import { pictureTag } from '../report/picture.ts';
import { extremes } from './extremes.ts';
import type { InversionEvaluation } from './inversionEvaluation.ts';
import { intervalText } from './intervalText.ts';
import { metricName } from './metricName.ts';
import { differencePicture } from './pictureFiles.ts';

/** The pictures of an evaluation's page, and how they were made. */
export interface InversionPictures {
  readonly originals: readonly Float32Array[];
  readonly reconstructions: readonly Float32Array[];
  readonly mean: Float32Array;
  readonly side: number;
  readonly names: readonly string[];
  readonly psnr: readonly number[];
  readonly made: { readonly generatorStep: number; readonly options: { readonly method: string; readonly perceptual: string } };
}

const SHOWN = 6;

/** The body of an evaluation's page: what was measured, and the best, middle and worst images. */
export function inversionPage({ images, patients, confidence, metrics, findings, distances }: InversionEvaluation, pictures: InversionPictures): Html {
  const { made, mean, side, psnr } = pictures;
  const facts = [['images', images], ['of patients', patients], ['size', `${side} x ${side}`], ['method', made.options.method], ['perceptual loss', made.options.method === 'encode' ? 'see the encoder' : made.options.perceptual], ['generator after', `${made.generatorStep} steps`]] as const;
  return html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<h2>How near reconstructions are</h2>
<p>Medians over images with ${confidence * 100} % intervals over patients, beside those of the generator's mean image in the place of every reconstruction: the floor. The difference is taken image by image.</p>
<div class="scroll"><table><thead><tr><th>median</th><th class="number">reconstruction</th><th class="number">mean image</th><th class="number">difference</th></tr></thead><tbody>
${metrics.map(({ name, reconstruction, mean: floor, gain }) => html`<tr><th scope="row">${metricName(name)}</th><td class="number">${intervalText(reconstruction.median)}</td><td class="number">${intervalText(floor.median)}</td><td class="number">${intervalText(gain.median, { signed: true })}</td></tr>`)}
</tbody></table></div>
${findings.length > 0 && html`<h2>What a classifier finds before and after</h2>
<p>An inversion may lose findings, or invent them. Rank correlation: of the classifier's log odds in originals and reconstructions.</p>
<div class="scroll"><table><thead><tr><th>finding</th><th class="number">rank correlation</th><th class="number">positive / negative</th><th class="number">AUROC before</th><th class="number">AUROC after</th><th class="number">difference</th></tr></thead><tbody>
${findings.map(({ finding, rankCorrelation, labelled }) => html`<tr><th scope="row">${finding}</th><td class="number">${rankCorrelation?.toFixed(3) ?? 'not defined'}</td>${labelled ? html`<td class="number">${labelled.positives} / ${labelled.negatives}</td><td class="number">${intervalText(labelled.before)}</td><td class="number">${intervalText(labelled.after)}</td><td class="number">${intervalText(labelled.difference, { signed: true })}</td>` : html`<td class="number">no labels</td><td></td><td></td><td></td>`}</tr>`)}
</tbody></table></div>`}
${distances.length > 0 && html`<h2>Reconstructions as a set</h2>
<p>The kernel distance (KID) between reconstructions of one half of the patients and originals of the other, and that between the originals of the two halves, which has nothing but chance in it. Only distances by one encoder compare.</p>
<div class="scroll"><table><thead><tr><th>encoder</th><th class="number">images</th><th class="number">reconstructions</th><th class="number">originals</th></tr></thead><tbody>
${distances.map(({ judge, distance }) => html`<tr><th scope="row">${judge}</th>${distance ? html`<td class="number">${distance.images.join(' and ')}</td><td class="number">${intervalText(distance.reconstructions)}</td><td class="number">${intervalText(distance.originals)}</td>` : html`<td class="number">too few images</td><td></td><td></td>`}</tr>`)}
</tbody></table></div>`}
<h2>Images</h2>
<p>Original, reconstruction, and their difference: grey where they agree, brighter where the reconstruction is. The generator's mean image:</p>
<div style="width: 96px">${pictureTag({ pixels: mean, width: side, height: side }, 'the mean image')}</div>
${Object.entries(extremes(psnr, SHOWN)).map(([which, rows]) => rows.length > 0 && html`<h3>The ${which === 'median' ? 'middle' : which} by PSNR</h3><div class="views">${rows.map((row) => triple(pictures, row))}</div>`)}`;
}

function triple({ originals, reconstructions, side, names, psnr }: InversionPictures, row: number): Html {
  const [original, reconstruction] = [originals[row] as Float32Array, reconstructions[row] as Float32Array];
  const name = names[row] as string;
  const picture = (pixels: Float32Array, what: string, says: string): Html => html`<div>${pictureTag({ pixels, width: side, height: side }, `${what} of ${name}`)}<span>${says}</span></div>`;
  return html`<div class="view-row">${picture(original, 'original', name)}${picture(reconstruction, 'reconstruction', `${(psnr[row] as number).toFixed(2)} dB`)}${picture(differencePicture(original, reconstruction), 'difference', 'difference')}</div>`;
}

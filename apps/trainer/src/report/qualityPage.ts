import type { Concern, QualityReview } from '../data/reviewImages.ts';
import { histogram } from './chart.ts';
import { html, type Html } from './html.ts';
import { pictureTag, type Picture } from './picture.ts';

/** An image that deserves a look. */
export interface ConcernedImage {
  readonly path: string;
  readonly measure: string;
  readonly picture: Picture;
}

/** What the page about a data set shows. */
export interface QualityContent {
  /** What `data inspect` prints, as rows. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly images: number;
  readonly review: QualityReview;
  /** The first few images of each concern, in the order of `review.concerns`. */
  readonly galleries: readonly (readonly ConcernedImage[])[];
  /** Of every usable image: its mean intensity, its contrast, its share of plain border. */
  readonly measures: { readonly mean: readonly number[]; readonly contrast: readonly number[]; readonly padding: readonly number[] };
}

/** The body of a page about the images of a data set. */
export function qualityPage({ facts, images, review, galleries, measures }: QualityContent): Html {
  return html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${review.typicalIsInverted && html`<p><b>The typical image of this set looks inverted</b>: the spine is darker than the lungs. If so, the images called inverted below are the others.</p>`}
${!review.compared && html`<p>There are too few images to compare each with the typical one: orientation was not looked at.</p>`}
<h2>What deserves a look</h2>
<p>Found without labels, by rules that point at files and do not judge them: some of these images are as they should be.</p>
<div class="scroll"><table><thead><tr><th>found</th><th class="number">images</th><th class="number">share</th><th>what it means</th></tr></thead><tbody>
${review.concerns.map(({ name, meaning, images: found }) => html`<tr><td>${name}</td><td class="number">${found.length}</td><td class="number">${((100 * found.length) / images).toFixed(1)} %</td><td>${meaning}</td></tr>`)}
</tbody></table></div>
${review.concerns.length === 0 && html`<p>Nothing was found.</p>`}
<h2>How the images differ</h2>
<div class="panels">
${panel('Mean intensity', 'as an encoder sees it: clipped, stretched to 0..1', measures.mean)}
${panel('Contrast', 'from the 1st to the 99th percentile, as a share of what the format holds', measures.contrast)}
${panel('Plain border', 'share of the area', measures.padding)}
</div>
${review.concerns.map((concern, index) => gallery(concern, galleries[index] ?? []))}`;
}

function panel(title: string, caption: string, values: readonly number[]): Html {
  return html`<figure class="panel"><h5>${title}</h5>${histogram(values, { label: `Histogram: ${title}, ${caption}`, xLabel: title.toLowerCase(), domain: [0, 1] })}<figcaption>${caption}</figcaption></figure>`;
}

function gallery({ name, images }: Concern, shown: readonly ConcernedImage[]): Html {
  return html`<h3>${name[0]?.toUpperCase()}${name.slice(1)}</h3>
<div class="strip">${shown.map(({ path, measure, picture }) => html`<div class="column">${pictureTag(picture, `${name}: ${path}`)}<span>${path}${measure && html`<br>${measure}`}</span></div>`)}</div>
${images.length > shown.length && html`<p class="note">and ${images.length - shown.length} more; the JSON file names all.</p>`}`;
}

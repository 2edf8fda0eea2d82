import { formatNumber } from '../report/formatValue.ts';
import { html, type Html } from '../report/html.ts';
import { pictureTag } from '../report/picture.ts';
import type { NearestPair } from './measureGenerator.ts';
import type { SeenImages } from './seeImages.ts';

/** Rows of an image and the training images that are nearest to it, with their distances. */
export function nearestRows(pairs: readonly NearestPair[], images: SeenImages, training: SeenImages, kind: string): Html {
  const picture = ({ pixels: { data, dimension }, side }: SeenImages, index: number, description: string): Html =>
    pictureTag({ pixels: Float32Array.from({ length: dimension }, (_, k) => data[index * dimension + k] as number), width: side, height: side }, description);
  return html`<div class="neighbours">
    ${pairs.map(({ image, neighbours }) => html`<div class="row"><div class="query">${picture(images, image, `${kind} image`)}<span>${kind}</span></div>${neighbours.map(({ trainingImage, distance }) => html`<div class="neighbour">${picture(training, trainingImage, 'training image')}<span>${formatNumber(Number(distance.toPrecision(3)))}</span></div>`)}</div>`)}
  </div>`;
}

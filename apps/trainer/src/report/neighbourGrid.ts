import { html, type Html } from './html.ts';
import { pictureTag, type Picture } from './picture.ts';

/** An image in the grid with what is known of it. */
export interface GridImage {
  readonly name: string;
  readonly picture: Picture;
  /** Its known positive findings; absent where no labels were given. */
  readonly findings?: readonly string[];
}

/** An image and the images nearest to it, nearest first. */
export interface NeighbourRow {
  readonly query: GridImage;
  readonly neighbours: readonly (GridImage & { readonly similarity: number })[];
}

/** Shows images beside their nearest neighbours. */
export function neighbourGrid(rows: readonly NeighbourRow[], { searched, source, patientsKnown }: { readonly searched: number; readonly source: string; readonly patientsKnown: boolean }): Html {
  const cell = (image: GridImage, role: string, note: string): Html => html`<div class="${role}">
    ${pictureTag(image.picture, `${role} ${image.name}`)}<span>${note}</span>${image.findings && html`<span class="findings">${image.findings.join(', ') || 'none'}</span>`}
  </div>`;
  const labelled = rows.some(({ query }) => query.findings);
  return html`<figure>
    <div class="neighbours">
      ${rows.map(({ query, neighbours }) => html`<div class="row">${cell(query, 'query', 'query')}${neighbours.map((image) => cell(image, 'neighbour', image.similarity.toFixed(3)))}</div>`)}
    </div>
    <figcaption>Left: a query image. Right: the images nearest to it among ${searched} ${source}, by the cosine similarity of their features (the number; 1 is the same direction). ${patientsKnown ? "Images of the query's own patient are left out." : 'Patients are unknown, so that neighbours may be images of the same patient.'}
    ${labelled ? 'In italics: the known findings of each image, which the encoder has never seen. ' : ''}Alike neighbours are those that share anatomy or findings; neighbours that share only exposure, a burnt-in marker or a border are a warning.</figcaption>
  </figure>`;
}

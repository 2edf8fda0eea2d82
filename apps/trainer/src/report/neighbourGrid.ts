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

/** Rows of a query and its neighbours; where titles are given, each under its own, and a query that was just shown is not shown again. */
export function neighbourRows(rows: readonly NeighbourRow[], titles?: readonly Html[]): Html {
  const cell = (image: GridImage, role: string, note: string): Html => html`<div class="${role}">
    ${pictureTag(image.picture, `${role} ${image.name}`)}<span>${note}</span>${image.findings && html`<span class="findings">${image.findings.join(', ') || 'none'}</span>`}
  </div>`;
  return html`<div class="neighbours">
      ${rows.map(({ query, neighbours }, index) => html`${titles && html`<p class="row-title">${titles[index]}</p>`}<div class="row">${titles && rows[index - 1]?.query.name === query.name ? html`<div></div>` : cell(query, 'query', 'query')}${neighbours.map((image) => cell(image, 'neighbour', image.similarity.toFixed(3)))}</div>`)}
    </div>`;
}

/** Shows images beside their nearest neighbours. */
export function neighbourGrid(rows: readonly NeighbourRow[], { searched, source, patientsKnown }: { readonly searched: number; readonly source: string; readonly patientsKnown: boolean }): Html {
  const labelled = rows.some(({ query }) => query.findings);
  return html`<figure>
    ${neighbourRows(rows)}
    <figcaption>Left: a query image. Right: the images nearest to it among ${searched} ${source}, by the cosine similarity of their features (the number; 1 is the same direction). ${patientsKnown ? "Images of the query's own patient are left out." : 'Patients are unknown, so that neighbours may be images of the same patient.'}
    ${labelled ? 'In italics: the known findings of each image, which the encoder has never seen. ' : ''}Alike neighbours are those that share anatomy or findings; neighbours that share only exposure, a burnt-in marker or a border are a warning.</figcaption>
  </figure>`;
}

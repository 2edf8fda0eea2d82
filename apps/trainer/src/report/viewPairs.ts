import { html, type Html } from './html.ts';
import { pictureTag, type Picture } from './picture.ts';

/** The two views of one image, as a training step draws them. */
export interface ViewPair {
  readonly name: string;
  /** The image as it is prepared, before the views are drawn. */
  readonly original: Picture;
  readonly query: Picture;
  readonly key: Picture;
}

/** Shows images over their query and key views. */
export function viewPairs(pairs: readonly ViewPair[]): Html {
  return html`<figure>
    <div class="strip">
      ${pairs.map(
        ({ name, original, query, key }) => html`<div class="column">
          <div>${pictureTag(original, `image ${name}`)}<span>image</span></div>
          <div>${pictureTag(query, `query view of ${name}`)}<span>query</span></div>
          <div>${pictureTag(key, `key view of ${name}`)}<span>key</span></div>
        </div>`,
      )}
    </div>
    <figcaption>Each column is one training image as it was prepared (top), and the two views that a training step draws from it: the query's (middle) and the key's (bottom).
    The encoder learns to give both the same representation. Where a view no longer shows what a reader would need, the augmentation is too strong.</figcaption>
  </figure>`;
}

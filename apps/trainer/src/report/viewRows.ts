import type { Geometry } from '@cxr-ifa/tensor';
import { gridLines } from './gridLines.ts';
import { html, type Html } from './html.ts';
import { pictureTag, type Picture } from './picture.ts';

/** A picture, where its pixels came from, and what made it so. */
export interface ShownView {
  readonly picture: Picture;
  readonly geometry: Geometry;
  readonly operations: readonly string[];
}

/** One image over both of its views. */
export interface ViewRow {
  readonly name: string;
  readonly original: ShownView;
  readonly query: ShownView;
  readonly key: ShownView;
}

/** Shows images beside their query and key views, a row each, with the lines of the image's own grid. */
export function viewRows(rows: readonly ViewRow[]): Html {
  return html`<figure class="views">
    ${rows.map(
      ({ name, original, query, key }) => html`<div class="view-row">
        ${shown(original, `image ${name}`, name, '')}
        ${shown(query, `query view of ${name}`, 'query', described(query))}
        ${shown(key, `key view of ${name}`, 'key', described(key))}
      </div>`,
    )}
  </figure>`;
}

function shown({ picture, geometry }: ShownView, description: string, title: string, note: string): Html {
  return html`<div><div class="overlaid">${pictureTag(picture, description)}${gridLines(geometry)}</div><span><b>${title}</b> ${note}</span></div>`;
}

/** `shiftScaleRotate` is read as `shift scale rotate`. */
function described({ operations }: ShownView): string {
  if (operations.length === 0) return 'unchanged';
  return operations.map((operation) => operation.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)).join(', ');
}

import { tell } from '../app/notices.ts';
import { takeLabels } from './labels.ts';
import { readLabelTable } from './readLabelTable.ts';

/** Opens a CSV file of labels for the images that are open. @throws {Error} If it is none. */
export async function openLabels({ path, file }: { readonly path: string; readonly file: Blob }): Promise<void> {
  const { taken, contradicted, unmatched } = takeLabels(readLabelTable(await file.text()));
  const rest = [
    contradicted > 0 && `${contradicted} ${contradicted === 1 ? 'stays' : 'stay'} as labelled here, against the table`,
    unmatched > 0 && `${unmatched} ${unmatched === 1 ? 'row names' : 'rows name'} no open image, or several`,
  ].filter(Boolean);
  tell(`${taken} ${taken === 1 ? 'label was' : 'labels were'} taken from ${path}${rest.map((text) => `; ${text}`).join('')}.`);
}

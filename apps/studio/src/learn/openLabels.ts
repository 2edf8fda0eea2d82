import { tell } from '../app/notices.ts';
import { untilSignal } from '../app/untilSignal.ts';
import { images, opening } from '../images/images.ts';
import { takeLabels } from './labels.ts';
import { matchLabels } from './matchLabels.ts';
import { readLabelTable } from './readLabelTable.ts';

/** The page reads it, and would stand still over more: a hundred thousand rows fit. */
const MAXIMUM_BYTES = 2e7;

/** Opens a CSV file of labels for the images that are open, or being opened. @throws {Error} If it is none, or no row of it names one of them. */
export async function openLabels({ path, file }: { readonly path: string; readonly file: Blob }): Promise<void> {
  if (file.size > MAXIMUM_BYTES) throw new Error(`Cannot read labels from a table of more than ${MAXIMUM_BYTES} bytes: current size is ${file.size}; keep the rows of these images`);
  const table = readLabelTable(await file.text());
  await untilSignal(opening, (progress) => progress === undefined);
  const { labels, unmatched, contradicting } = matchLabels(table, images.value);
  if (labels.size === 0) throw new Error(`Cannot take labels as no row names an open image: current number of rows is ${table.rows.length}, of images ${images.value.length}; open the images first, and name them by their path or file name`);
  const { taken, contradicted } = takeLabels(labels);
  const rest = [
    contradicted > 0 && `${contradicted} ${contradicted === 1 ? 'stays' : 'stay'} as labelled here, against the table`,
    contradicting > 0 && `${contradicting} ${contradicting === 1 ? 'was' : 'were'} left out, as rows of one image contradict one another`,
    unmatched > 0 && `${unmatched} ${unmatched === 1 ? 'row names' : 'rows name'} no open image, or may mean several`,
    table.leftOut.length > 0 && `no findings: ${table.leftOut.map(({ name, cell }) => `${name} (has ${cell})`).join(', ')}`,
  ].filter(Boolean);
  tell(`${taken} ${taken === 1 ? 'label' : 'labels'} of ${table.findings.join(', ')} ${taken === 1 ? 'was' : 'were'} taken from ${path}${rest.map((text) => `; ${text}`).join('')}.`);
}

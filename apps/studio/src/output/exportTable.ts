import { formatCsv } from '@cxr-ifa/datasets';
import { WARN_ABOVE } from '../compute/limits.ts';
import { images } from '../images/images.ts';
import { findings, labelOf, patientOf } from '../learn/labels.ts';
import { probabilityOf, unusualOf } from '../learn/probe.ts';
import { download } from './download.ts';

/** Labels and predictions of all images, with the columns of the trainer's `predictions.csv`: an empty cell is unknown. */
export function exportTable(): void {
  const header = ['image', 'patient', 'split', ...findings.value.flatMap((name) => [`${name}:probability`, `${name}:label`]), 'out_of_distribution', 'warning'];
  const rows = images.value.map((image) => {
    const { id, path } = image;
    const unusual = unusualOf(id);
    return [path, patientOf(image), undefined, ...findings.value.flatMap((name) => [probabilityOf(id, name), labelOf(id, name)]), unusual, (unusual ?? 0) >= WARN_ABOVE ? 'unlike the labelled images' : undefined];
  });
  download('predictions.csv', formatCsv([header, ...rows]), 'text/csv');
}

import type { JSX } from 'preact';
import { report } from '../app/notices.ts';
import { images } from '../images/images.ts';
import { exportEmbeddings } from '../output/exportEmbeddings.ts';
import { exportProbe } from '../output/exportProbe.ts';
import { exportTable } from '../output/exportTable.ts';
import { predictions } from './probe.ts';

/** Takes the results along, as files that other programs read. */
export function Exports(): JSX.Element {
  const run = (work: () => Promise<void> | void) => () => void Promise.resolve().then(work).catch(report);
  return (
    <div class="exports">
      <h2>Take along</h2>
      <button type="button" class="wide" disabled={images.value.length === 0} onClick={run(exportTable)} title="Labels and predictions of all images">Labels and predictions (CSV)</button>
      <button type="button" class="wide" disabled={!predictions.value} onClick={run(exportProbe)} title="A folder that cxr-ifa classify predict --run takes">Probe with its encoder (zip)</button>
      <button type="button" class="wide" disabled={images.value.length === 0} onClick={run(exportEmbeddings)} title="features.npy and index.csv, as cxr-ifa embed writes">Embeddings (NumPy, zip)</button>
    </div>
  );
}

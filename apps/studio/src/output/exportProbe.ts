import { writeSafetensors } from '@cxr-ifa/checkpoint';
import { featureDistributionTensors } from '@cxr-ifa/heads/classification';
import { computer } from '../compute/computer.ts';
import { download } from './download.ts';
import { encodeText } from './encodeText.ts';
import { zipFiles } from './zipFiles.ts';

/** The probe, its encoder and what its training images look like: unpacked, a run folder for `cxr-ifa classify predict --run`. */
export async function exportProbe(): Promise<void> {
  const { probe, distribution, encoder, card } = await computer.exportedProbe();
  const checkpoint = `step-${String(card.step).padStart(8, '0')}.safetensors`;
  const none = Object.fromEntries(probe.findings.map(({ name }) => [name, null]));
  const files: Readonly<Record<string, Uint8Array>> = {
    'probe.json': encodeText(JSON.stringify({ format: 'cxr-ifa-probe-1', method: 'linear', stage: null, calibration: none, thresholds: none, probe }, null, 2)),
    'checkpoints/latest': encodeText(`${checkpoint}\n`),
    [`checkpoints/${checkpoint}`]: encoder,
    'READ-ME.txt': encodeText('A linear probe made with cxr-ifa studio. Predict with it: cxr-ifa classify predict --run THIS_FOLDER --data IMAGES --out predictions.csv\nFor research only: not a medical device.\n'),
    ...(distribution && { 'feature-distribution.safetensors': writeSafetensors(featureDistributionTensors(distribution), { format: 'pt' }) }),
  };
  download('probe.zip', await zipFiles(files), 'application/zip');
}

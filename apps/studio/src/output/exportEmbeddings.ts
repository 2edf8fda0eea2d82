import { encodeNpy } from '@cxr-ifa/checkpoint';
import { formatCsv } from '@cxr-ifa/datasets';
import { computer } from '../compute/computer.ts';
import { imageById, images } from '../images/images.ts';
import { patientOf } from '../learn/labels.ts';
import { download } from './download.ts';
import { encodeText } from './encodeText.ts';
import { zipFiles } from './zipFiles.ts';

/** Features of all embedded images as NumPy reads them, and which row is which image. */
export async function exportEmbeddings(): Promise<void> {
  const { ids, features } = await computer.features(images.value.map(({ id }) => id));
  if (ids.length === 0) throw new Error('Cannot export embeddings as no image is embedded yet');
  const array = encodeNpy({ dtype: 'F32', shape: [features.count, features.dimension], data: features.data });
  const index = [['row', 'image', 'patient'], ...ids.map((id, row) => {
    const image = imageById.value.get(id);
    return [row, image?.path, image && patientOf(image)];
  })];
  download('embeddings.zip', await zipFiles({ 'features.npy': array, 'index.csv': encodeText(formatCsv(index)) }), 'application/zip');
}

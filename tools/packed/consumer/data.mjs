// The packages that know no tensors: a phantom to PNG and back, two views of it, an AUROC, a safetensors file.
import { encode } from 'fast-png';
import { parametersFromPyTorch, readSafetensors, writeSafetensors } from '@cxr-ifa/checkpoint';
import { decodeImage } from '@cxr-ifa/datasets';
import { auroc } from '@cxr-ifa/metrics';
import { renderPhantom } from '@cxr-ifa/phantom';
import { createRng } from '@cxr-ifa/tensor';
import { clipPercentile, createAugmentation, resize, twoViews } from '@cxr-ifa/transforms';

const rng = createRng(1);
const { image } = renderPhantom({ rng, size: 64 });
const decoded = await decodeImage(encode({ width: 64, height: 64, data: Uint8Array.from(image.data), channels: 1 }));
if (decoded.data.some((value, i) => value !== image.data[i])) throw new Error('a PNG must decode to the pixels it was made of');

const prepared = resize(clipPercentile(decoded, [0, 99]), 32);
const views = twoViews(prepared, { augmentation: createAugmentation('cxr-strong'), query: 'augmented', rng: rng.fork('view', 0, 0) });
if (views.query.image.data.length !== 32 * 32 || views.key.image.data.some((value) => !Number.isFinite(value))) throw new Error('views must be images of the prepared size');

if (auroc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]) !== 0.75) throw new Error('AUROC of the textbook example must be 0.75');

const bytes = writeSafetensors(new Map([['weight', { dtype: 'F32', shape: [2], data: Float32Array.of(1, 2) }]]));
if (parametersFromPyTorch(readSafetensors(bytes).tensors).get('weight').data[1] !== 2) throw new Error('a tensor must come back as it was written');

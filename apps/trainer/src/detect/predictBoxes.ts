import { mkdir, readFile, rm, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import type { Detections } from '@cxr-ifa/heads/detection';
import { disposeTensors } from '@cxr-ifa/tensor';
import { selectBackend } from '../backend/selectBackend.ts';
import { NOT_A_MEDICAL_DEVICE } from '../classify/notice.ts';
import type { CommandContext } from '../commands/command.ts';
import { prepareRecords } from '../encode/prepareRecords.ts';
import { decodeFile } from '../input/decodeFile.ts';
import { describeSelection } from '../input/describeSelection.ts';
import { readRecords } from '../input/readRecords.ts';
import { createWorkerPool } from '../input/workerPool.ts';
import type { DetectPredictOptions } from '../options/detectOptions.ts';
import { atomicWrite } from '../run/atomicWrite.ts';
import { claimFolder } from '../run/runDirectory.ts';
import { measureImages, type AnnotatedImage } from './annotatedImages.ts';
import { detectImages } from './detectImages.ts';
import { loadDetector } from './detectorFile.ts';
import { BOX_COLOURS, drawOverlay } from './drawOverlay.ts';
import { toFile } from './placement.ts';
import { toCoco, writeCoco } from './writeCoco.ts';

/**
 * Finds the objects in new images: COCO files, and pictures of the surest ones.
 *
 * @throws {InputError} If the run or the images cannot be used.
 */
export async function predictBoxes(options: DetectPredictOptions, { terminal }: CommandContext): Promise<void> {
  const { run, out, batchSize, overlays, overlayThreshold } = options;
  await claimFolder(out);
  const records = await readRecords(options);
  for (const line of describeSelection(records)) terminal.print(line);
  const backend = await selectBackend(options.backend, options);
  terminal.print(`Backend ${backend.name}: ${backend.reason}`);
  const loaded = await loadDetector(run);
  const { preprocessing, table } = loaded;
  const pool = createWorkerPool(options.workers);
  const folder = await mkdtemp(join(tmpdir(), 'cxr-ifa-'));
  try {
    const { selection, cache, indices } = await prepareRecords(records, { ...options, preprocessing, folder, pool, terminal });
    const sizes = await measureImages(selection.root, selection.records, { pool, terminal });
    const images = selection.records.map((record, row): AnnotatedImage => ({ record, index: indices[row] as number, size: sizes[row] as AnnotatedImage['size'], annotations: { boxes: new Float32Array(), labels: new Int32Array() } }));
    const found = await detectImages(loaded, indices, { cache, batchSize, terminal, scoreThreshold: options.scoreThreshold, maximum: options.maximum, overlapThreshold: options.overlap });
    await mkdir(join(out, 'overlays'), { recursive: true });
    const coco = toCoco(images, found, { findings: table.findings, preprocessing, pseudonym: () => undefined });
    await writeCoco(out, coco);
    const surest = [...images.keys()].filter((row) => ((found[row] as Detections).scores[0] ?? 0) >= overlayThreshold).sort((a, b) => ((found[b] as Detections).scores[0] as number) - ((found[a] as Detections).scores[0] as number)).slice(0, overlays);
    for (const row of surest) {
      const { record, size } = images[row] as AnnotatedImage;
      const { boxes, scores, labels } = found[row] as Detections;
      const { image } = await decodeFile(await readFile(join(selection.root, record.path)));
      const drawn = [...labels].flatMap((label, i) => ((scores[i] as number) >= overlayThreshold ? [{ box: toFile(boxes.subarray(4 * i, 4 * i + 4) as unknown as [number, number, number, number], size, preprocessing), colour: BOX_COLOURS[label % BOX_COLOURS.length] as [number, number, number] }] : []));
      await atomicWrite(join(out, 'overlays', `${String(row + 1).padStart(5, '0')}-${basename(record.path, extname(record.path))}.png`), drawOverlay(image, drawn));
    }
    terminal.print(`${coco.results.length} boxes of ${table.findings.join(', ')} in ${images.length} images are in ${out}; ${surest.length} images are drawn. ${NOT_A_MEDICAL_DEVICE}`);
  } finally {
    await pool.close();
    disposeTensors(loaded.parameters, loaded.statistics);
    await rm(folder, { recursive: true, force: true });
  }
}

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { formatCsv, type Cell } from '@cxr-ifa/datasets';
import { extractFeatures } from '@cxr-ifa/heads/classification';
import { boxMask, mapIou, pointingGame } from '@cxr-ifa/metrics';
import { createRng, disposeTensors, InputError, type Box } from '@cxr-ifa/tensor';
import { selectBackend } from '../backend/selectBackend.ts';
import type { CommandContext } from '../commands/command.ts';
import { inBatches } from '../encode/inBatches.ts';
import { readyImages, type ReadyImage } from '../encode/readyImages.ts';
import { toTensor } from '../encode/toTensor.ts';
import { describeSelection } from '../input/describeSelection.ts';
import { readRecords } from '../input/readRecords.ts';
import { createWorkerPool } from '../input/workerPool.ts';
import type { ExplainOptions } from '../options/explainOptions.ts';
import { encodeColourPng } from '../output/colourImage.ts';
import { formatTable } from '../output/formatTable.ts';
import { atomicWrite } from '../run/atomicWrite.ts';
import { loadEncoder, type LoadedEncoder } from '../run/loadEncoder.ts';
import { claimFolder, writeJson } from '../run/runDirectory.ts';
import type { Terminal } from '../terminal.ts';
import { decide } from './decide.ts';
import { applyProbe } from './fitProbe.ts';
import { explainedStage, findingMaps, type FindingMapsOptions } from './findingMaps.ts';
import { modelId } from './modelId.ts';
import { NOT_A_MEDICAL_DEVICE } from './notice.ts';
import { drawOverlay } from './overlay.ts';
import { readProbe } from './probeFile.ts';
import { readCocoBoxes, type FindingBox } from './readCocoBoxes.ts';
import { estimateCells } from './resultTable.ts';
import { SANITY_LIMIT, sanityCheck } from './sanityCheck.ts';
import { squareBox } from './squareBox.ts';

const METHODS = { 'grad-cam': 'gradCam', 'grad-cam-plus-plus': 'gradCamPlusPlus' } as const;
const COLUMNS = ['image', 'finding', 'probability', 'overlay', 'peak_x', 'peak_y', 'boxes', 'pointing', 'iou', 'stage', 'method', 'model'];

/**
 * Shows where in images a run sees its findings: an overlay for each image and finding, `explanations.csv`, and whether the maps depend on what was
 * learnt at all (`sanity-check.json`).
 *
 * @throws {InputError} If the run or the images cannot be used, or the run's method has no gradient.
 */
export async function explainImages(options: ExplainOptions, { terminal }: CommandContext): Promise<void> {
  const { run, out, limit, sanityImages, seed } = options;
  await claimFolder(out);
  const { probe, findings: known, stage: probedStage, rules } = await readProbe(run);
  if (probe.method !== 'linear') throw new InputError(`Cannot explain ${run} as only a linear or fine-tuned classifier has a gradient: its method is ${probe.method}`);
  const learnt = known.filter((name) => probe.probe.findings.find((finding) => finding.name === name)?.classifier);
  const unknown = options.findings.find((finding) => !learnt.includes(finding));
  if (unknown !== undefined) throw new InputError(`Cannot explain ${unknown} as ${run} must predict it: its findings are ${learnt.join(', ') || 'none'}`);
  const findings = options.findings.length > 0 ? options.findings : learnt;
  const model = await modelId(run);
  const found = await readRecords(options);
  for (const line of describeSelection(found)) terminal.print(line);
  const selection = { ...found, records: found.records.slice(0, limit) };
  if (selection.records.length < found.records.length) terminal.print(`Explaining the first ${limit} of ${found.records.length} images: --limit decides`);
  const coco = options.boxes === undefined ? undefined : await readCocoBoxes(options.boxes);
  const backend = await selectBackend(options.backend, options);
  terminal.print(`Backend ${backend.name}: ${backend.reason}`);

  const loaded = await loadEncoder(run);
  const pool = createWorkerPool(options.workers);
  try {
    const explaining: FindingMapsOptions = { probe: probe.probe, probedStage, stage: options.explainStage, method: METHODS[options.explainMethod] };
    const stage = explainedStage(loaded, explaining);
    adviseOnCells(loaded, stage, terminal);
    await mkdir(join(out, 'overlays'), { recursive: true });
    const rows: Cell[][] = [];
    const kept: ReadyImage[] = [];
    const progress = terminal.progress('Explaining', selection.records.length, 'images');
    let done = 0;
    try {
      for await (const batch of inBatches(readyImages(selection, { ...options, preprocessing: loaded.preprocessing, pool, terminal }), options.batchSize)) {
        const images = toTensor(batch, loaded.preprocessing);
        try {
          const probabilities = await applyProbe(probe, await extractFeatures(loaded.encoder, loaded.parameters, loaded.statistics, [images], probedStage === undefined ? {} : { stage: probedStage }));
          for (const finding of findings) {
            const { fine } = await findingMaps(loaded, images, finding, explaining);
            const column = known.indexOf(finding);
            for (const [row, image] of batch.entries()) {
              const map = fine[row] as Float32Array;
              const name = `${String(done + row + 1).padStart(5, '0')}-${finding.replaceAll(/[^\p{L}\p{N}]+/gu, '-')}.png`;
              const boxes = boxesOf(image, finding, coco, loaded);
              const size = loaded.preprocessing.imageSize;
              await atomicWrite(join(out, 'overlays', name), encodeColourPng(drawOverlay({ pixels: image.pixels, map, size, ...(boxes && { boxes }) })));
              const { probability } = decide(probabilities[column]?.[row], rules[column]);
              rows.push([image.record.path, finding, probability, `overlays/${name}`, ...describeMap(map, size, boxes), stage, options.explainMethod, model]);
            }
          }
        } finally {
          images.dispose();
        }
        kept.push(...batch.slice(0, Math.max(0, sanityImages - kept.length)));
        progress.update((done += batch.length));
      }
    } finally {
      progress.finish();
    }
    rows.sort(([a], [b]) => (a === b ? 0 : String(a) < String(b) ? -1 : 1)); // an image's findings together
    await atomicWrite(join(out, 'explanations.csv'), formatCsv([COLUMNS, ...rows]));
    const played = rows.filter((row) => row[7] !== undefined);
    if (played.length > 0) {
      const mean = (column: number): string => (played.reduce((sum, row) => sum + Number(row[column]), 0) / played.length).toFixed(3);
      terminal.print(`Highest point in a box: ${mean(7)} of ${played.length} maps with boxes; IoU with the boxes ${mean(8)}`);
    }
    if (sanityImages > 0) await checkSanity(kept);
    terminal.print(`${rows.length} overlays of ${done} images, by ${options.explainMethod} on ${stage}, are in ${out}. ${NOT_A_MEDICAL_DEVICE}`);

    async function checkSanity(sample: readonly ReadyImage[]): Promise<void> {
      const patients = sample.map(({ record }) => record.patient);
      if (new Set(patients.map((patient, row) => patient ?? row)).size < 2) {
        terminal.print('Whether the maps depend on the weights was not tested: that takes images of at least two patients');
        return;
      }
      const images = toTensor(sample, loaded.preprocessing);
      try {
        const check = await sanityCheck(loaded, images, findings, { ...explaining, patients, rng: createRng(seed).fork('sanity check') });
        await writeJson(join(out, 'sanity-check.json'), { model, stage, method: options.explainMethod, findings, seed, limit: SANITY_LIMIT, ...check });
        const lines = check.levels.map(({ randomised, rankCorrelation, structuralSimilarity, unordered }) => [randomised.join(', '), ...estimateCells(rankCorrelation), estimateCells(structuralSimilarity)[0], String(unordered)]);
        for (const line of formatTable([['random weights in', 'rank correlation', '95 % interval', 'SSIM', 'maps without order'], ...lines])) terminal.print(line);
        terminal.print(`Randomised weights, ${sample.length} images: ${VERDICTS[check.verdict]}`);
      } finally {
        images.dispose();
      }
    }
  } finally {
    await pool.close();
    disposeTensors(loaded.parameters, loaded.statistics);
  }
}

/** Coarser maps than this hold little more than a side of the image. */
const FEWEST_CELLS = 4;

function adviseOnCells({ encoder, preprocessing: { imageSize } }: LoadedEncoder, stage: string, { print }: Terminal): void {
  const strideOf = (name: string): number => encoder.stages.find((one) => one.name === name)?.stride as number;
  const cells = Math.ceil(imageSize / strideOf(stage));
  if (cells >= FEWEST_CELLS) return;
  const finer = encoder.stages.findLast(({ stride }) => imageSize / stride >= FEWEST_CELLS);
  print(`The maps of ${stage} have ${cells} x ${cells} cells of ${strideOf(stage)} pixels for images of ${imageSize}, too coarse to point at a finding${finer ? `: --explain-stage ${finer.name} has ${imageSize / finer.stride} x ${imageSize / finer.stride}` : ''}`);
}

const VERDICTS = {
  passed: `passed: with random weights the maps are others (rank correlation below ${SANITY_LIMIT})`,
  failed: `FAILED: with random weights the maps stay alike (rank correlation above ${SANITY_LIMIT}): they show the image, and not what was learnt`,
  undecided: `undecided: whether the rank correlation is below ${SANITY_LIMIT} takes more --sanity-images`,
};

/** An image's boxes of a finding in the square that the encoder saw; undefined where nothing is known of boxes. */
function boxesOf({ record, fileSize }: ReadyImage, finding: string, coco: ReadonlyMap<string, FindingBox[]> | undefined, { preprocessing }: LoadedEncoder): Box[] | undefined {
  const known = coco ? coco.get(record.path) : record.boxes;
  if (!known || !fileSize) return undefined;
  return known.filter((one) => one.finding === finding).map(({ box }) => squareBox(box, fileSize, preprocessing));
}

/** The map's highest place, and how it fits the boxes: cells from `peak_x` to `iou`. */
function describeMap(map: Float32Array, size: number, boxes: readonly Box[] | undefined): Cell[] {
  const highest = map.reduce((best, value, pixel) => (value > (map[best] as number) ? pixel : best), 0);
  const peak = (map[highest] as number) > 0 ? [highest % size, Math.floor(highest / size)] : [undefined, undefined];
  if (!boxes) return [...peak, undefined, undefined, undefined];
  if (boxes.length === 0) return [...peak, 0, undefined, undefined];
  const [plane, mask] = [{ data: map, width: size, height: size }, boxMask(boxes, size, size)];
  return [...peak, boxes.length, pointingGame(plane, mask), mapIou(plane, mask)];
}

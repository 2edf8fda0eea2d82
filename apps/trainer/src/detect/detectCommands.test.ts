// The built program from end to end, as a user starts it.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSafetensors } from '@cxr-ifa/checkpoint';
import { beforeAll, describe, expect, it } from 'vitest';
import { startCli } from '../testing/runCli.ts';
import { useCli } from '../testing/useCli.ts';

const MINUTES = 60_000;
const TRAIN = ['detect', 'train', '--init', 'random', '--arch', 'resnet18', '--width', '4', '--image-size', '64', '--data', 'phantoms', '--labels', 'phantoms/labels.csv', '--patient-column', 'patient', '--split-column', 'split', '--boxes', 'phantoms/boxes.json'];
const SMALL = ['--channels', '8', '--depth', '1', '--batch-size', '4', '--steps', '40', '--learning-rate', '0.02', '--samples', '50', '--workers', '0', '--threads', '1'];
const STEPWISE = ['--evaluate-every', '10', '--checkpoint-every', '4', '--log-every', '1'];

const { folder, run, cli } = useCli();
const read = (...names: string[]): unknown => JSON.parse(readFileSync(join(folder, ...names), 'utf8'));
beforeAll(async () => {
  await run('data', 'phantom', '--count', '40', '--size', '64', '--seed', '2', '--out', 'phantoms');
  await run(...TRAIN, ...SMALL, ...STEPWISE, '--out', 'detector');
}, 2 * MINUTES);

describe('cxr-ifa detect', () => {
  it('trains, and tests on images with boxes and without', () => {
    const { annotations, images } = read('detector', 'annotations.json') as { annotations: { bbox: number[] }[]; images: { id: number }[] };
    const detections = read('detector', 'detections.json') as { image_id: number; bbox: number[]; score: number }[];
    expect(annotations.length).toBeGreaterThan(0);
    expect(detections.length).toBeGreaterThan(0);
    expect(detections.every(({ bbox, score }) => bbox.length === 4 && bbox.every(Number.isFinite) && score > 0 && score <= 1)).toBe(true);
    const ids = new Set(images.map(({ id }) => id));
    expect(detections.every(({ image_id }) => ids.has(image_id))).toBe(true);
    expect(readFileSync(join(folder, 'detector', 'metrics.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { loss: number }).every(({ loss }) => Number.isFinite(loss))).toBe(true);
    expect(read('detector', 'run-card.json')).toMatchObject({ leak: { patients: 0, images: 0 } });
  });

  it('scores boxes anew as it scored them, from the run and from the files', async () => {
    const own = await run('detect', 'evaluate', '--run', 'detector', '--samples', '50', '--out', 'own.json');
    await run('detect', 'evaluate', '--annotations', 'detector/annotations.json', '--detections', 'detector/detections.json', '--samples', '50', '--out', 'files.json');
    expect(own).toMatch(/^mAP at 0\.5: /m);
    expect(read('own.json')).toEqual(read('files.json'));
    expect(read('own.json')).toMatchObject({ images: (read('detector', 'annotations.json') as { images: unknown[] }).images.length, map50: { value: expect.any(Number) } });
  });

  it('is reported with curves and galleries', async () => {
    await run('report', 'detector', '--out', 'detector.html');
    const page = readFileSync(join(folder, 'detector.html'), 'utf8');
    for (const words of ['Detection: detector', 'Images it did worst on', 'FROC of all findings', 'mAP at IoU 0.5 of the validation images']) expect(page).toContain(words);
    expect(page.match(/<img src="data:image\/png;base64,/g)?.length).toBeGreaterThan(2);
  });

  it('finds boxes in new images', async () => {
    await run('detect', 'predict', '--run', 'detector', '--data', 'phantoms/images', '--out', 'found');
    const { images } = read('found', 'annotations.json') as { images: { id: number }[] };
    expect(images).toHaveLength(40);
    const boxed = new Set((read('found', 'detections.json') as { image_id: number; score: number }[]).map(({ image_id }) => image_id));
    expect(boxed.size).toBeGreaterThan(0);
    expect(readdirSync(join(folder, 'found', 'overlays')).length).toBeLessThanOrEqual(boxed.size);
  });

  it('leaves the encoder as it is at a rate of 0, and moves it by a tenth at a rate of 0.1', async () => {
    const weightAfter = async (rate: string, steps: number): Promise<Record<string, number[]>> => {
      const out = `rate-${rate}-${steps}`;
      await run(...TRAIN, ...SMALL, '--optimizer', 'sgd', '--weight-decay', '0', '--encoder-rate', rate, '--steps', String(steps), '--checkpoint-every', '1', '--out', out);
      const { tensors } = readSafetensors(readFileSync(join(folder, out, 'checkpoints', `step-${String(steps).padStart(8, '0')}.safetensors`)));
      return Object.fromEntries(['encoder_q.layer4.1.conv2.weight', 'detector.fpn.inner_blocks.0.0.weight'].map((name) => [name.split('.')[1] as string, [...(tensors.get(name)!.data as Float32Array)]]));
    };
    const [fixed, still, slow, full] = [await weightAfter('0', 1), await weightAfter('0', 2), await weightAfter('0.1', 1), await weightAfter('1', 1)];
    expect(still['layer4']).toEqual(fixed['layer4']);
    expect(still['fpn']).not.toEqual(fixed['fpn']);
    expect([slow['fpn'], full['fpn']]).toEqual([fixed['fpn'], fixed['fpn']]); // the heads learn at their rate
    const moved = (to: typeof fixed): number => Math.hypot(...(to['layer4'] as number[]).map((value, index) => value - (fixed['layer4'] as number[])[index]!));
    expect(moved(slow) / moved(full)).toBeCloseTo(0.1, 3);
  }, 2 * MINUTES);

  it('survives kill -9, also before its first checkpoint: resumed, it is bit by bit the run that was not killed', async () => {
    const steps = (): number => (existsSync(join(folder, 'killed', 'metrics.jsonl')) ? readFileSync(join(folder, 'killed', 'metrics.jsonl'), 'utf8').split('\n').length - 1 : 0);
    let args = [...TRAIN, ...SMALL, ...STEPWISE, '--out', 'killed'];
    const endings: unknown[] = [];
    for (const moment of [2, 9, 23]) {
      const program = startCli(args, folder);
      let over = false;
      void program.ended.then(() => (over = true));
      while (steps() < moment && !over) await new Promise((resolve) => setTimeout(resolve, 5));
      program.kill('SIGKILL');
      endings.push((await program.ended).signal);
      args = ['detect', 'train', '--resume', 'killed'];
    }
    expect(endings.filter((signal) => signal === 'SIGKILL').length).toBeGreaterThanOrEqual(2);
    expect(await run(...args)).toMatch(/Going on with killed after step \d+ of 40/);
    const essence = (name: string): unknown => ({
      ...Object.fromEntries(['metrics.jsonl', 'metrics.json', 'detections.json', 'detector.json'].map((file) => [file, readFileSync(join(folder, name, file), 'utf8')])),
      checkpoints: readdirSync(join(folder, name, 'checkpoints')).map((file) => [file, createHash('sha256').update(readFileSync(join(folder, name, 'checkpoints', file))).digest('hex')]),
    });
    expect(essence('killed')).toEqual(essence('detector'));
    expect(read('killed', 'run-card.json')).toMatchObject({ resumed: [{ step: 0 }, expect.anything(), expect.anything()] });
    expect(await run('detect', 'train', '--resume', 'killed')).toContain('Going on with killed after step 40 of 40'); // only the test is taken again
    expect(essence('killed')).toEqual(essence('detector'));
  }, 4 * MINUTES);

  it('goes on after an interruption, and refuses to with other options or other boxes', async () => {
    const program = startCli([...TRAIN, ...SMALL, ...STEPWISE, '--out', 'interrupted'], folder);
    const log = join(folder, 'interrupted', 'metrics.jsonl');
    while (!existsSync(log) || readFileSync(log, 'utf8') === '') await new Promise((resolve) => setTimeout(resolve, 5));
    program.kill('SIGINT');
    const { code, stderr } = await program.ended;
    expect([code, stderr]).toEqual([130, expect.stringMatching(/Interrupted after step \d+ of 40; go on with: cxr-ifa detect train --resume interrupted/)]);
    const refusal = async (...args: string[]): Promise<string> => (await cli('detect', 'train', '--resume', 'interrupted', ...args)).stderr.trim();
    expect(await refusal('--steps', '50')).toBe('Cannot resume interrupted with --steps 50 as it was begun with 40: leave it out, or begin another run');
    const boxes = read('phantoms', 'boxes.json') as { annotations: { bbox: number[] }[] };
    boxes.annotations[0]!.bbox[2]! += 1;
    writeFileSync(join(folder, 'moved.json'), JSON.stringify(boxes));
    expect(await refusal('--boxes', 'moved.json')).toBe('Cannot resume interrupted as the boxes are not those that it was begun with: its run-card.json has their hash');
  }, 2 * MINUTES);

  it.each([
    ['outside', [70, 10, 9, 9], 'Cannot use the box of nodule in images/'],
    ['reversed', [20, 10, -9, 9], 'Cannot read the COCO annotations hostile.json as its annotations.0.bbox.2 does not fit'],
    ['infinite', [1e999, 10, 9, 9], 'Cannot read the COCO annotations hostile.json as its annotations.0.bbox.0 does not fit'],
  ])('refuses hostile boxes before anything is trained: %s', async (_, bbox, sentence) => {
    const boxes = read('phantoms', 'boxes.json') as { annotations: object[]; categories: { id: number; name: string }[] };
    const nodule = boxes.categories.find(({ name }) => name === 'nodule')!.id;
    boxes.annotations[0] = { ...boxes.annotations[0], category_id: nodule, bbox };
    writeFileSync(join(folder, 'hostile.json'), JSON.stringify(boxes).replace('"bbox":[null', '"bbox":[1e999'));
    const hostile = TRAIN.map((argument) => (argument === 'phantoms/boxes.json' ? 'hostile.json' : argument));
    const { code, stderr } = await cli(...hostile, ...SMALL, '--out', 'hostile');
    expect([code, stderr]).toEqual([1, expect.stringContaining(sentence)]);
    expect(existsSync(join(folder, 'hostile'))).toBe(false);
  });

  it('refuses boxes without a format, and runs of another kind', async () => {
    expect((await cli('detect', 'evaluate', '--run', 'phantoms')).stderr).toMatch(/^Cannot /);
    expect((await cli('detect', 'train', '--init', 'random', '--data', 'phantoms', '--out', 'x')).code).toBe(2);
  });
});

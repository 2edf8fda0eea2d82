// The built program from end to end, as a user starts it.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../testing/runCli.ts';

const MINUTES = 60_000;
const TRAIN = ['detect', 'train', '--init', 'random', '--arch', 'resnet18', '--width', '4', '--image-size', '64', '--data', 'phantoms', '--labels', 'phantoms/labels.csv', '--patient-column', 'patient', '--split-column', 'split', '--boxes', 'phantoms/boxes.json'];
const SMALL = ['--channels', '8', '--depth', '1', '--batch-size', '4', '--steps', '40', '--learning-rate', '0.02', '--samples', '50', '--workers', '0', '--threads', '1'];

let folder: string;
const read = (...names: string[]): unknown => JSON.parse(readFileSync(join(folder, ...names), 'utf8'));
const run = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await runCli(args, folder);
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
  return stdout;
};
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-'));
  await run('data', 'phantom', '--count', '40', '--size', '64', '--seed', '2', '--out', 'phantoms');
  await run(...TRAIN, ...SMALL, '--out', 'detector');
}, 2 * MINUTES);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

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

  it('finds boxes in new images', async () => {
    await run('detect', 'predict', '--run', 'detector', '--data', 'phantoms/images', '--out', 'found');
    const { images } = read('found', 'annotations.json') as { images: { id: number }[] };
    expect(images).toHaveLength(40);
    const boxed = new Set((read('found', 'detections.json') as { image_id: number; score: number }[]).map(({ image_id }) => image_id));
    expect(boxed.size).toBeGreaterThan(0);
    expect(readdirSync(join(folder, 'found', 'overlays')).length).toBeLessThanOrEqual(boxed.size);
  });

  it('refuses boxes without a format, and runs of another kind', async () => {
    expect((await runCli(['detect', 'evaluate', '--run', 'phantoms'], folder)).stderr).toMatch(/^Cannot /);
    expect((await runCli(['detect', 'train', '--init', 'random', '--data', 'phantoms', '--out', 'x'], folder)).code).toBe(2);
  });
});

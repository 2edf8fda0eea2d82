// The built program from end to end, as a user starts it.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRng } from '@cxr-ifa/tensor';
import { runCli, startCli } from './testing/runCli.ts';
import { encodePng } from './testing/encodePng.ts';
import { writeImages } from './testing/writeImages.ts';

const MINUTES = 60_000;
const small = ['--arch', 'resnet18', '--width', '8', '--image-size', '32', '--batch-size', '4', '--seed', '3'];

let folder: string;
const inside = (...names: string[]): string => join(folder, ...names);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-'));
  writeImages(inside('images'), 22);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Everything of a run that must be the same however often it was stopped: all but the speed. */
function essence(run: string): { checkpoints: Record<string, string>; metrics: unknown[] } {
  const checkpoints = inside(run, 'checkpoints');
  return {
    checkpoints: Object.fromEntries(readdirSync(checkpoints).sort().map((name) => [name, createHash('sha256').update(readFileSync(join(checkpoints, name))).digest('hex')])),
    metrics: lines(run).map((line) => ({ ...(JSON.parse(line) as object), imagesPerSecond: undefined })),
  };
}

function lines(run: string): string[] {
  const path = inside(run, 'metrics.jsonl');
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
}

/** Waits until a run has logged a step, or has ended. */
async function untilStep(run: string, step: number, ended: Promise<unknown>): Promise<void> {
  let over = false;
  void ended.then(() => (over = true));
  while (lines(run).length < step && !over) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('cxr-ifa pretrain', () => {
  const steps = 24;
  const whole = ['pretrain', '--data', 'images', ...small, '--steps', String(steps), '--checkpoint-every', '3', '--log-every', '1']; // 3 steps are no whole turn of the queue, 5 would be

  beforeAll(async () => {
    const { code, stdout, stderr } = await runCli([...whole, '--out', 'whole'], folder);
    expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
  }, 3 * MINUTES);

  it('leaves a run that says what it was', () => {
    expect(readdirSync(inside('whole')).sort()).toEqual(['cache', 'checkpoints', 'config.json', 'metrics.jsonl', 'run-card.json', 'tensorboard', 'trained-images.json']);
    expect(readdirSync(inside('whole', 'checkpoints')).sort()).toEqual(['latest', 'step-00000018.safetensors', 'step-00000021.safetensors', 'step-00000024.safetensors']);
    expect(readFileSync(inside('whole', 'checkpoints', 'latest'), 'utf8')).toBe('step-00000024.safetensors\n');
    const config = JSON.parse(readFileSync(inside('whole', 'config.json'), 'utf8'));
    expect(config).toMatchObject({ data: 'images', arch: 'resnet18', width: 8, batchSize: 4, steps, queueSize: 20, batchNormGroups: 2, learningRate: 0.03, ifa: 'released', seed: 3 });
    const card = JSON.parse(readFileSync(inside('whole', 'run-card.json'), 'utf8'));
    expect(card).toMatchObject({ backend: { name: 'simd' }, seed: 3, data: { path: 'images', images: 22, skipped: 0 }, plan: { steps, stepsPerEpoch: 5 }, resumed: [] });
    expect(JSON.stringify(card)).not.toContain(folder); // no path of this machine but what was typed
    const metrics = lines('whole').map((line) => JSON.parse(line));
    expect(metrics.map(({ step }) => step)).toEqual(Array.from({ length: steps }, (_, index) => index + 1));
    expect(metrics.map(({ epoch }) => epoch).slice(3, 7)).toEqual([0, 0, 1, 1]);
    expect(metrics[0]).toMatchObject({ 'ifa.layer1': expect.any(Number), 'ifa.layer4': expect.any(Number), learningRate: 0.03, imagesPerSecond: expect.any(Number) });
    for (const { loss, infoNce, ...log } of metrics) expect(loss).toBeCloseTo(infoNce + log['ifa.layer1'] + log['ifa.layer4'], 4);
  });

  it('gives the same run again from its own config, with no workers', async () => {
    const { code, stderr } = await runCli(['pretrain', '--config', 'whole/config.json', '--workers', '0', '--out', 'again'], folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(essence('again')).toEqual(essence('whole'));
  }, 3 * MINUTES);

  it.each([
    ['SGD', 'whole', []],
    ['AdamW with a warm-up and clipping, over micro-batches', 'elaborate', ['--optimizer', 'adamw', '--warm-up', '2epochs', '--clip-gradients', '1', '--decay-except', 'batch-norm,bias', '--accumulate', '2', '--recompute', 'stages']],
  ])('survives kill -9 at three random moments: resumed, it is bit by bit the run that was not killed: %s', async (_, reference, flags) => {
    if (reference !== 'whole') expect(await runCli([...whole, ...flags, '--out', reference], folder)).toMatchObject({ code: 0, stderr: '' });
    const rng = createRng(7).fork('kills', reference);
    const moments: string[] = [];
    const out = `${reference}-killed`;
    let args = [...whole, ...flags, '--out', out];
    for (const kill of [0, 1, 2]) {
      const program = startCli(args, folder);
      const step = Math.min(steps - 1, 8 * kill + 1 + rng.integer(7));
      const delay = rng.integer(60);
      await untilStep(out, step, program.ended);
      await new Promise((resolve) => setTimeout(resolve, delay));
      program.kill('SIGKILL');
      const { signal, code } = await program.ended;
      moments.push(`step ${step} and ${delay} ms: ${signal ?? code}`);
      args = ['pretrain', '--resume', out];
    }
    const { code, stderr, stdout } = await runCli(args, folder);
    expect({ code, stderr }, moments.join('; ')).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/Going on with \S+-killed after step \d+ of 24|is finished/);
    expect(essence(out), moments.join('; ')).toEqual(essence(reference));
    expect(moments.filter((moment) => moment.endsWith('SIGKILL')).length, moments.join('; ')).toBeGreaterThanOrEqual(2);
  }, 8 * MINUTES);

  it('has a log and a config of how it moved', () => {
    expect(JSON.parse(readFileSync(inside('elaborate', 'config.json'), 'utf8'))).toMatchObject({ optimizer: 'adamw', learningRate: 1e-4, weightDecay: 0.1, warmUp: '2epochs', clipGradients: 1, decayExcept: ['batch-norm', 'bias'], accumulate: 2, recompute: 'stages', scheduleBy: 'step' });
    const metrics = lines('elaborate').map((line) => JSON.parse(line));
    expect(metrics.slice(0, 3).map(({ learningRate }, step) => learningRate / (0.5 * (1 + Math.cos((Math.PI * step) / steps))))).toEqual([1, 2, 3].map((risen) => expect.closeTo(1e-4 * (risen / 10), 10)));
    expect(metrics.every(({ gradientNorm }) => gradientNorm > 0)).toBe(true);
  });

  it('stops by --max-time as if it had been interrupted, and goes on from there', async () => {
    const { code, stderr, stdout } = await runCli(['pretrain', '--data', 'images', ...small, '--steps', '50000', '--workers', '0', '--max-time', '8s', '--out', 'timed'], folder);
    expect(stderr, stdout).toMatch(/^Stopped by --max-time 8s after step \d+ of 50000; go on with: cxr-ifa pretrain --resume timed\n$/);
    expect(code).toBe(130);
    const step = Number(/after step (\d+)/.exec(stderr)?.[1]);
    expect(readFileSync(inside('timed', 'checkpoints', 'latest'), 'utf8')).toBe(`step-${String(step).padStart(8, '0')}.safetensors\n`);
    const again = await runCli(['pretrain', '--resume', 'timed', '--max-time', '1s'], folder);
    expect(again.stdout).toContain(`Going on with timed after step ${step} of 50000`);
    expect(again).toMatchObject({ code: 130, stderr: expect.stringMatching(/^Stopped by --max-time 1s after step/) });
    expect((await runCli(['pretrain', '--resume', 'whole', '--max-time', '1s'], folder)).code).toBe(0); // nothing is left to do
  }, 2 * MINUTES);

  it('ends with a checkpoint and exit code 130 on SIGTERM, and goes on from there', async () => {
    const program = startCli([...whole, '--out', 'stopped'], folder);
    await untilStep('stopped', 7, program.ended);
    program.kill('SIGTERM');
    const { code, stderr } = await program.ended;
    expect(stderr).toMatch(/^Interrupted after step \d+ of 24; go on with: cxr-ifa pretrain --resume stopped\n$/);
    expect(code).toBe(130);
    const step = Number(/after step (\d+)/.exec(stderr)?.[1]);
    expect(readFileSync(inside('stopped', 'checkpoints', 'latest'), 'utf8')).toBe(`step-${String(step).padStart(8, '0')}.safetensors\n`);
    expect((await runCli(['pretrain', '--resume', 'stopped'], folder)).code).toBe(0);
    const [resumed, expected] = [essence('stopped'), essence('whole')];
    expect(resumed.metrics).toEqual(expected.metrics);
    expect(resumed.checkpoints['step-00000024.safetensors']).toBe(expected.checkpoints['step-00000024.safetensors']);
    expect(JSON.parse(readFileSync(inside('stopped', 'run-card.json'), 'utf8')).resumed).toMatchObject([{ step }]);
  }, 4 * MINUTES);

  it('says that a finished run is finished', async () => {
    const before = essence('whole');
    const { code, stdout } = await runCli(['pretrain', '--resume', 'whole'], folder);
    expect({ code, lines: stdout.split('\n') }).toEqual({ code: 0, lines: expect.arrayContaining(['The run whole is finished: it has taken all of its 24 steps', expect.stringMatching(/^Verdict: /)]) });
    expect(essence('whole')).toEqual(before);
  }, MINUTES);

  it('goes on from another run\'s encoder, as the method goes from MoCo to IFA', async () => {
    const { code, stdout, stderr } = await runCli(['pretrain', '--data', 'images', ...small, '--ifa', 'abstract', '--query', 'clean', '--init', 'whole', '--steps', '2', '--out', 'initialised'], folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Initialised from whole/checkpoints/step-00000024.safetensors');
    // The beginning is saved: a run that is killed before its first checkpoint must not begin with what the other one became meanwhile
    expect(JSON.parse(readFileSync(inside('initialised', 'trained-images.json'), 'utf8'))).toMatchObject({ images: { length: expect.any(Number) }, earlier: [] }); // the same images, counted once
    expect(readdirSync(inside('initialised', 'checkpoints')).sort()).toEqual(['latest', 'step-00000000.safetensors', 'step-00000002.safetensors']);
  }, MINUTES);

  it('aligns feature maps, says so, and goes on after kill -9 as if nothing had been', async () => {
    const aligned = ['pretrain', '--data', 'images', ...small, '--ifa', 'aligned', '--steps', '8', '--checkpoint-every', '3', '--log-every', '1'];
    const { code, stderr } = await runCli([...aligned, '--out', 'aligned'], folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(readFileSync(inside('aligned', 'config.json'), 'utf8'))).toMatchObject({ ifa: 'aligned', align: false });
    expect(JSON.parse(readFileSync(inside('aligned', 'run-card.json'), 'utf8')).ifa).toEqual({ terms: [{ stage: 'layer1', target: 1, weight: 1 }, { stage: 'layer4', target: 1, weight: 1 }], aligned: true });
    const metrics = lines('aligned').map((line) => JSON.parse(line));
    const coverages = metrics.map((log) => log['coverage.layer1']);
    expect(Math.min(...coverages)).toBeGreaterThan(0.5);
    expect(Math.max(...coverages)).toBeLessThanOrEqual(1);
    expect(new Set(coverages).size).toBeGreaterThan(1);
    for (const { loss, infoNce, ...log } of metrics) expect(loss).toBeCloseTo(infoNce + log['ifa.layer1'] + log['ifa.layer4'], 4);

    const program = startCli([...aligned, '--out', 'aligned-killed'], folder);
    await untilStep('aligned-killed', 4, program.ended);
    program.kill('SIGKILL');
    await program.ended;
    expect((await runCli(['pretrain', '--resume', 'aligned-killed', '--workers', '0'], folder)).code).toBe(0);
    expect(essence('aligned-killed')).toEqual(essence('aligned'));

    // --align does it with any preset; of abstract, whose terms are the same, it makes aligned
    expect((await runCli(['pretrain', '--data', 'images', ...small, '--ifa', 'abstract', '--align', '--steps', '8', '--checkpoint-every', '3', '--log-every', '1', '--out', 'abstract-aligned'], folder)).code).toBe(0);
    expect(essence('abstract-aligned')).toEqual(essence('aligned'));
  }, 6 * MINUTES);

  it('compares with Kaku et al., and says so', async () => {
    const { code, stderr } = await runCli(['pretrain', '--data', 'images', ...small, '--ifa', 'kaku-mse', '--steps', '2', '--log-every', '1', '--out', 'kaku'], folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const { loss, infoNce, ...log } of lines('kaku').map((line) => JSON.parse(line))) {
      expect(loss).toBeCloseTo(infoNce + 0.25 * (log['mse.layer1'] + log['mse.layer2'] + log['mse.layer3'] + log['mse.layer4']), 4);
    }
    expect(JSON.parse(readFileSync(inside('kaku', 'run-card.json'), 'utf8'))).toMatchObject({ ifa: { aligned: false, terms: [{ stage: 'layer1', weight: 0.25, size: 16 }, {}, {}, { stage: 'layer4', size: 4 }] } });
    const refused = await runCli(['pretrain', '--data', 'images', ...small, '--ifa', 'kaku-mse', '--align', '--steps', '2', '--out', 'kaku-aligned'], folder);
    expect({ code: refused.code, says: refused.stderr.includes('current --ifa is kaku-mse') }).toEqual({ code: 2, says: true });
  }, MINUTES);

  it('skips bad files when it may, and says which', async () => {
    writeImages(inside('mixed'), 8);
    writeFileSync(inside('mixed', 'text.png'), 'no image');
    const { code, stdout } = await runCli(['pretrain', '--data', 'mixed', ...small, '--on-bad-file', 'skip', '--steps', '1', '--out', 'skipped'], folder);
    expect(code).toBe(0);
    expect(stdout).toContain('Left out 1 bad of 9 files: text.png (');
    expect(JSON.parse(readFileSync(inside('skipped', 'run-card.json'), 'utf8')).data).toMatchObject({ images: 8, skipped: 1 });
  }, MINUTES);

  describe('refuses in one sentence, leaving nothing behind:', () => {
    beforeAll(() => {
      mkdirSync(inside('empty'));
      writeImages(inside('text'), 8);
      writeFileSync(inside('text', 'text.png'), 'no image at all');
      writeImages(inside('truncated'), 8);
      // A JPEG that ends after its frame header
      writeFileSync(inside('truncated', 'cut.jpg'), Buffer.from('ffd8ffc0000b080028002801011100ffda', 'hex'));
      writeImages(inside('constant'), 4);
      writeFileSync(inside('constant', 'black.png'), encodePng(40, 40, new Uint8Array(1600)));
      writeFileSync(inside('bad.safetensors'), 'no checkpoint');
      writeFileSync(inside('table.csv'), 'path,split\nimages/image-000.png,train\n');
      writeFileSync(inside('config.yaml'), 'batchsize: 4\n');
      mkdirSync(inside('taken'));
      writeFileSync(inside('taken', 'thesis.txt'), '');
    });

    const cases: [name: string, args: string[], code: number, message: RegExp][] = [
      ['no data', [], 2, /^Cannot pretrain without images: give --data <path>, or --resume <run>\n$/],
      ['a folder that is not there', ['--data', 'nowhere'], 1, /^Cannot find images as there is no folder or file nowhere\n$/],
      ['an empty folder', ['--data', 'empty'], 1, /^Cannot find images as the folder empty holds no \.png, \.jpg, \.jpeg or DICOM file\n$/],
      ['a text file named .png', ['--data', 'text'], 1, /^Cannot use 1 of 9 files: text\.png \(.*neither PNG, JPEG nor DICOM.*\); mend them, or leave them out with --on-bad-file skip\n$/],
      ['a truncated JPEG', ['--data', 'truncated'], 1, /^Cannot use 1 of 9 files: cut\.jpg \(.*\); mend them, or leave them out with --on-bad-file skip\n$/],
      ['a constant image', ['--data', 'constant'], 1, /^Cannot use 1 of 5 files: black\.png \(.*constant.*\); mend them, or leave them out with --on-bad-file skip\n$/],
      ['a CSV without the column', ['--data', 'table.csv', '--path-column', 'file'], 1, /^Cannot .*file.*path.*\n$/],
      ['an unreadable checkpoint', ['--data', 'images', '--init', 'bad.safetensors'], 1, /^Cannot read the checkpoint bad\.safetensors as the header .*\n$/],
      ['the checkpoint of another encoder', ['--data', 'images', '--init', 'whole', '--width', '4'], 1, /^Cannot initialise the encoder as .* must have shape .*\n$/],
      ['a queue larger than the data', ['--data', 'images', '--queue-size', '64'], 2, /^Cannot pretrain as the queue must not be larger than the data of 22 images, .*: current --queue-size is 64\n$/],
      ['a batch that does not divide the queue', ['--data', 'images', '--queue-size', '10'], 2, /^Cannot pretrain as the batch of 4 must divide the queue: current --queue-size is 10, choose 8\n$/],
      ['groups that do not divide the batch', ['--data', 'images', '--batch-norm-groups', '3'], 2, /^Cannot pretrain as the batch-norm groups must divide the batch of 4: current --batch-norm-groups is 3\n$/],
      ['a batch larger than the data', ['--data', 'images', '--batch-size', '64'], 2, /^Cannot pretrain as a batch must not be larger than the data of 22 images: current --batch-size is 64\n$/],
      ['images smaller than the stride', ['--data', 'images', '--image-size', '16'], 2, /^Cannot pretrain as images must not be smaller than the encoder's stride of 32: current --image-size is 16\n$/],
      ['a batch that the memory cannot hold', ['--data', 'images', '--arch', 'resnet50', '--width', '64', '--image-size', '320', '--batch-size', '20'], 2, /^Cannot pretrain as a batch of 20 needs about \d\.\d GB of memory, and the backend simd has 4\.3 GB here: choose --accumulate 2, or --batch-size 1\d or less, or a smaller --image-size or --width; --recompute stages takes less an image\n$/],
      ['an option out of range', ['--data', 'images', '--temperature', '0'], 2, /^Cannot run pretrain as --temperature must be a number above 0: current value is 0\n$/],
      ['micro-batches that do not divide the batch', ['--data', 'images', '--accumulate', '3'], 2, /^Cannot pretrain as the micro-batches must divide the batch of 4: current --accumulate is 3\n$/],
      ['milestones without steps', ['--data', 'images', '--milestones', '3epochs'], 2, /^Cannot use --milestones without --schedule step: current --schedule is cosine\n$/],
      ['an unknown option', ['--data', 'images', '--batchsize', '4'], 2, /^error: unknown option '--batchsize'\n/],
      ['a config file with an unknown name', ['--data', 'images', '--config', 'config.yaml'], 2, /^Cannot run pretrain as the config file has an unknown name batchsize: its names are .*\n$/],
      ['a backend that is not installed', ['--data', 'images', '--backend', 'node-gpu'], 1, /^Cannot use the backend node-gpu as @tensorflow\/tfjs-node-gpu is not installed: run npm install @tensorflow\/tfjs-node-gpu\n$/],
      ['an unknown IFA loss', ['--data', 'images', '--ifa', 'warped'], 2, /^Cannot run pretrain as --ifa must be one of released, abstract, aligned, none, kaku-mse: current value is warped\n$/],
      ['to align without an IFA loss', ['--data', 'images', '--ifa', 'none', '--align'], 2, /^Cannot align views without an IFA loss to compare them by: current --ifa is none; leave out --align, or choose another --ifa\n$/],
      ['to align images that are no multiple of the stride', ['--data', 'images', '--ifa', 'aligned', '--image-size', '48'], 2, /^Cannot align views as the image's side must be a multiple of the stride 32: current --image-size is 48, choose 32 or 64\n$/],
    ];
    it.each(cases)('%s', async (name, args, code, message) => {
      const out = `refused-${name.replaceAll(/\W+/g, '-')}`;
      const result = await runCli(['pretrain', ...small, ...args, '--out', out], folder);
      expect(result.stderr).toMatch(message);
      expect(result.code).toBe(code);
      expect(existsSync(inside(out))).toBe(false);
    }, MINUTES);

    it.each([
      ['a folder with something in it', ['--data', 'images', '--out', 'taken'], 2, /^Cannot write to taken as the folder must be empty: choose another --out, or go on with a run by --resume\n$/],
      ['to resume what is no run', ['--resume', 'taken'], 1, /^Cannot read the run taken as it has no readable config\.json: .*\n$/],
      ['to resume with another setting', ['--resume', 'whole', '--batch-size', '8'], 2, /^Cannot resume whole with --batch-size 8 as it was begun with 4: leave it out, or begin another run\n$/],
    ])('%s', async (_, args, code, message) => {
      const result = await runCli(['pretrain', ...args], folder);
      expect(result.stderr).toMatch(message);
      expect(result.code).toBe(code);
      expect(readdirSync(inside('taken'))).toEqual(['thesis.txt']);
    }, MINUTES);
  });

  it('explains itself', async () => {
    const [top, own, version, nothing] = await Promise.all([runCli(['--help'], folder), runCli(['pretrain', '--help'], folder), runCli(['--version'], folder), runCli([], folder)]);
    expect([top.code, own.code, version.code, nothing.code]).toEqual([0, 0, 0, 2]);
    expect(top.stdout).toContain('pretrain');
    expect(own.stdout.replaceAll(/\s+/g, ' ')).toContain('The method trains released by continuing from a MoCo checkpoint (--init): from scratch it is not the method');
    expect(own.stdout).toMatch(/--batch-size <n>[^(]*\(default: 256\)/);
    expect(own.stdout).toContain('Examples:\n  cxr-ifa pretrain --data my-radiographs --arch resnet18');
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+/);
  }, MINUTES);
});

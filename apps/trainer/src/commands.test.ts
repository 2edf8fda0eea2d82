import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeNpy } from '@cxr-ifa/checkpoint';
import { decodeImage } from '@cxr-ifa/datasets';
import { describe, expect, it } from 'vitest';
import { useCli } from './testing/useCli.ts';

// One small project as a user would do it, command by command: each test goes on from the ones before
const { folder, read, cli, succeed } = useCli();
const FINDINGS = 'nodule,effusion';
const LABELS = ['--data', 'phantoms', '--labels', 'phantoms/labels.csv', '--patient-column', 'patient', '--split-column', 'split'];
const SHAPE = ['--arch', 'resnet18', '--width', '4', '--image-size', '32'];

/** The share of pairs of a positive and a negative in the right order, ties half: nothing of ours computes it here. */
function aurocByPairs(rows: readonly { probability: number; label: number }[]): number {
  let [right, pairs] = [0, 0];
  for (const { probability: positive } of rows.filter(({ label }) => label === 1)) {
    for (const { probability: negative } of rows.filter(({ label }) => label === 0)) {
      right += positive > negative ? 1 : positive === negative ? 0.5 : 0;
      pairs++;
    }
  }
  return right / pairs;
}

/** A CSV file without quotes, as objects. */
function parseCsv(text: string): Record<string, string>[] {
  const [header = '', ...lines] = text.trimEnd().split('\n');
  const names = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, column) => [names[column] as string, cell])));
}

describe('the way from data to report', { timeout: 240_000 }, () => {
  it('makes phantoms whose names, order and splits say nothing of patients and findings', async () => {
    expect(await succeed('data', 'phantom', '--count', '90', '--size', '32', '--prevalence', '0.4', '--out', 'phantoms')).toMatch(/90 images of \d+ patients/);
    const rows = parseCsv(read('phantoms', 'labels.csv'));
    expect(Object.keys(rows[0] as object)).toEqual(['path', 'patient', 'split', 'follow_up', 'nodule', 'consolidation', 'effusion', 'cardiomegaly', 'pneumothorax']);
    expect(rows.map(({ path }) => path)).toEqual(readdirSync(join(folder, 'phantoms', 'images')).sort().map((name) => `images/${name}`));
    const splits = new Map<string, Set<string>>();
    for (const { patient = '', split = '' } of rows) splits.set(patient, (splits.get(patient) ?? new Set()).add(split));
    expect([...splits.values()].every(({ size }) => size === 1)).toBe(true);
    const image = await decodeImage(readFileSync(join(folder, 'phantoms', rows[0]?.['path'] ?? '')));
    expect([image.width, image.height, ...image.range]).toEqual([32, 32, 0, 255]);
    const coco = JSON.parse(read('phantoms', 'boxes.json'));
    expect(coco.images.map(({ file_name }: { file_name: string }) => file_name)).toEqual(rows.map(({ path }) => path));
    for (const [row, { nodule }] of rows.entries()) {
      const boxes = coco.annotations.filter(({ image_id, category_id }: { image_id: number; category_id: number }) => image_id === row + 1 && category_id === 1);
      expect(boxes.length > 0).toBe(nodule === '1');
    }
    expect((await cli('data', 'phantom', '--count', '9', '--size', '32', '--out', 'phantoms')).code).toBe(2);
  });

  it('says what the data are, bad files and all', async () => {
    writeFileSync(join(folder, 'phantoms', 'notes.png'), 'no image');
    const printed = await succeed('data', 'inspect', '--data', 'phantoms', '--workers', '0', '--out', 'inspection.json');
    rmSync(join(folder, 'phantoms', 'notes.png'));
    expect(printed).toContain('91, of which 90 can be used');
    expect(printed).toContain('(notes.png)');
    expect(JSON.parse(read('inspection.json'))).toMatchObject({ selected: 91, images: { usable: 90, formats: { 'PNG, 8 bit': 90 }, width: { smallest: 32, largest: 32 } } });
    const labelled = await succeed('data', 'inspect', ...LABELS, '--findings', FINDINGS, '--workers', '0');
    expect(labelled).toMatch(/nodule +\d+ +\d+ +0 +0/);
    expect(labelled).toMatch(/train +\d+ +\d+/);
    expect((await cli('data', 'inspect', '--data', 'nowhere')).stderr).toBe('Cannot find images as there is no folder or file nowhere\n');
  });

  it('pre-trains', async () => {
    await succeed('pretrain', ...LABELS, '--split', 'train', ...SHAPE, '--batch-size', '16', '--steps', '6', '--log-every', '1', '--out', 'run');
  });

  it('probes, and prints the AUROC that predictions.csv gives', async () => {
    const printed = await succeed('classify', 'train', '--init', 'run', ...LABELS, '--findings', FINDINGS, '--out', 'probe');
    expect(printed).toContain('not a medical device');
    const rows = parseCsv(read('probe', 'predictions.csv'));
    expect(Object.keys(rows[0] as object)).toEqual(['image', 'patient', 'split', 'nodule:probability', 'nodule:label', 'effusion:probability', 'effusion:label']);
    const truth = new Map(parseCsv(read('phantoms', 'labels.csv')).map((row) => [row['path'], row]));
    const metrics = JSON.parse(read('probe', 'metrics.json'));
    for (const finding of FINDINGS.split(',')) {
      const test = rows.filter(({ split }) => split === 'test').map((row) => ({ probability: Number(row[`${finding}:probability`]), label: Number(truth.get(row['image'] as string)?.[finding]) }));
      const expected = aurocByPairs(test);
      const [, value, low, high] = new RegExp(`^${finding} +(\\S+) +(\\S+) to (\\S+)`, 'm').exec(printed) ?? [];
      expect(value).toBe(expected.toFixed(4));
      expect(Number(low)).toBeLessThanOrEqual(Number(value));
      expect(Number(high)).toBeGreaterThanOrEqual(Number(value));
      const result = metrics.findings.find((own: { finding: string }) => own.finding === finding);
      expect(result.auroc.value).toBeCloseTo(expected, 12);
      expect([result.positives, result.negatives]).toEqual([1, 0].map((label) => test.filter((row) => row.label === label).length));
    }
    const { counts } = metrics;
    expect(counts.kept).toBe(90);
    expect(counts.train.images + counts.val.images + counts.test.images).toBe(90);
    expect(rows).toHaveLength(counts.val.images + counts.test.images);
    expect(await succeed('classify', 'evaluate', '--run', 'probe')).toContain((/^nodule.*$/m.exec(printed) as RegExpExecArray)[0]);
  });

  it('writes patients as pseudonyms that still part them, or as they are when asked', async () => {
    const truth = new Map(parseCsv(read('phantoms', 'labels.csv')).map(({ path, patient }) => [path, patient]));
    const pairs = new Set(parseCsv(read('probe', 'predictions.csv')).map(({ image, patient }) => `${truth.get(image)} ${patient}`));
    const [originals, pseudonyms] = [0, 1].map((part) => new Set([...pairs].map((pair) => pair.split(' ')[part])));
    expect(originals?.size).toBe(pairs.size);
    expect(pseudonyms?.size).toBe(pairs.size);
    expect([...(pseudonyms ?? [])].filter((name) => originals?.has(name))).toEqual([]);
    await succeed('embed', '--init', 'run', ...LABELS, '--split', 'val', '--findings', FINDINGS, '--keep-ids', '--cache', 'probe/cache', '--out', 'embedded');
    const index = parseCsv(read('embedded', 'index.csv'));
    expect(index.every(({ image, patient }) => truth.get(image) === patient)).toBe(true);
    const { shape, data } = decodeNpy(readFileSync(join(folder, 'embedded', 'features.npy')));
    expect(shape).toEqual([index.length, 32]);
    expect([...(data as Float32Array)].every(Number.isFinite)).toBe(true);
  });

  it('predicts the same with the run alone, wherever its encoder came from', async () => {
    await succeed('classify', 'predict', '--run', 'probe', ...LABELS, '--split', 'test', '--out', 'new.csv');
    const known = new Map(parseCsv(read('probe', 'predictions.csv')).map((row) => [row['image'], row]));
    const predicted = parseCsv(read('new.csv'));
    expect(predicted.length).toBeGreaterThan(5);
    for (const row of predicted) {
      expect(Number(row['nodule:probability'])).toBeCloseTo(Number(known.get(row['image'] as string)?.['nodule:probability']), 4);
      expect(Number(row['out_of_distribution'])).toBeGreaterThanOrEqual(0);
      expect(row['warning']).toBe(Number(row['out_of_distribution']) >= 0.99 ? 'unlike the training images' : '');
      expect(row['model']).toMatch(/^[0-9a-f]{16}$/);
    }
  });

  it('explains what it predicts, against boxes, and tests its maps with random weights', async () => {
    const printed = await succeed('classify', 'explain', '--run', 'probe', ...LABELS, '--split', 'test', '--findings', 'effusion', '--boxes', 'phantoms/boxes.json', '--explain-stage', 'layer2', '--limit', '6', '--sanity-images', '4', '--out', 'explained');
    expect(printed).toMatch(/^Randomised weights, 4 images: (passed|FAILED|undecided)/m);
    expect(printed).not.toContain('too coarse');
    const rows = parseCsv(read('explained', 'explanations.csv'));
    expect(rows).toHaveLength(6);
    const truth = new Map(parseCsv(read('phantoms', 'labels.csv')).map((row) => [row['path'], row]));
    for (const row of rows) {
      expect(Number(row['boxes']) > 0).toBe(truth.get(row['image'] as string)?.['effusion'] === '1');
      expect(row['pointing'] !== '').toBe(Number(row['boxes']) > 0);
      const { width, height } = await decodeImage(readFileSync(join(folder, 'explained', row['overlay'] as string)));
      expect([width, height]).toEqual([2 * 256 + 8, 256]);
    }
    expect(JSON.parse(read('explained', 'sanity-check.json')).levels).toHaveLength(6);
    expect(await succeed('classify', 'explain', '--run', 'probe', ...LABELS, '--findings', 'effusion', '--limit', '1', '--sanity-images', '0', '--out', 'coarse')).toContain('The maps of layer4 have 1 x 1 cells of 32 pixels for images of 32, too coarse to point at a finding: --explain-stage layer2 has 4 x 4');
    expect((await cli('classify', 'explain', '--run', 'probe', ...LABELS, '--findings', 'hernia', '--out', 'nothing')).stderr).toContain('Cannot explain hernia as probe must predict it: its findings are nodule, effusion');
  });

  it('compares with a random encoder, and reports on all of it', async () => {
    await succeed('classify', 'train', '--init', 'random', ...SHAPE, ...LABELS, '--findings', FINDINGS, '--out', 'floor');
    const printed = await succeed('classify', 'compare', 'probe', 'floor', '--out', 'comparison.json');
    const [a, b] = ['probe', 'floor'].map((run) => JSON.parse(read(run, 'metrics.json')).findings[0].auroc.value as number) as [number, number];
    const { findings } = JSON.parse(read('comparison.json'));
    expect(findings[0].difference.value).toBeCloseTo(a - b, 12);
    expect(printed).toMatch(new RegExp(`^nodule +${a.toFixed(4)} +${b.toFixed(4)} `, 'm'));

    await succeed('report', 'run', 'probe', 'floor', '--title', 'A small project', '--out', 'report.html');
    const page = read('report.html');
    expect(page).toContain('<h1>A small project</h1>');
    for (const heading of ['Training curves', 'Example views', 'What the features know: probes', 'What the features hold alike']) expect(page).toContain(heading);
    expect(page).not.toContain('Not shown');
    expect(page.match(/<img /g)?.length).toBeGreaterThan(8 * 3 + 2 * 5 * 6); // views, neighbours, and the maps in pictures
    expect(page).toContain(a.toFixed(3));
  });

  it('classifies by neighbours and with a share of the labels', async () => {
    const printed = await succeed('classify', 'train', '--init', 'run', ...LABELS, '--findings', FINDINGS, '--method', 'knn', '--neighbours', '5', '--fraction', '0.5', '--cache', 'probe/cache', '--out', 'knn');
    expect(printed).toMatch(/knn on \d+ images of \d+ patients \(50 % of \d+\)/);
    const { counts } = JSON.parse(read('knn', 'metrics.json'));
    expect(counts.trainUsed.patients).toBe(Math.round(counts.train.patients / 2));
    await succeed('classify', 'predict', '--run', 'knn', '--data', 'phantoms/images', '--out', 'knn.csv');
    expect(parseCsv(read('knn.csv'))).toHaveLength(90);
  });

  it('lists what a checkpoint holds', async () => {
    const printed = await succeed('checkpoint', 'inspect', 'run', '--out', 'checkpoint.json');
    expect(printed).toMatch(/^encoder_q\.conv1\.weight +F32 +\[4, 1, 7, 7\] +784 B$/m);
    expect(printed).toMatch(/^cxr-ifa\.step +6$/m);
    expect(JSON.parse(read('checkpoint.json')).tensors).toContainEqual({ name: 'queue', dtype: 'F32', shape: expect.arrayContaining([128]), bytes: expect.any(Number) });
  });

  it('takes an encoder out of a checkpoint', async () => {
    expect(await succeed('checkpoint', 'export', 'run', '--precision', 'float16', '--out', 'encoder.safetensors')).toMatch(/^\d+ tensors of resnet18, width 4, after 6 steps: [\d.]+ kB in encoder\.safetensors$/m);
    const listed = await succeed('checkpoint', 'inspect', 'encoder.safetensors');
    expect(listed).toMatch(/^encoder_q\.conv1\.weight +F16 +\[4, 1, 7, 7\] +392 B$/m);
    expect(listed).toMatch(/^encoder_q\.bn1\.weight +F32/m);
    expect(listed).not.toMatch(/^(queue |head_q|encoder_k)/m);
    // Rounding weights to half precision moves features a little, and not more
    for (const init of ['run', 'encoder.safetensors']) await succeed('embed', '--init', init, '--data', 'phantoms/images', '--cache', 'probe/cache', '--out', `features-${init}`);
    const [whole, half] = ['run', 'encoder.safetensors'].map((init) => decodeNpy(readFileSync(join(folder, `features-${init}`, 'features.npy'))).data as Float32Array) as [Float32Array, Float32Array];
    const differences = whole.map((value, index) => Math.abs(value - (half[index] as number)));
    expect(Math.max(...differences)).toBeLessThan(0.01 * Math.max(...whole));
    expect(Math.max(...differences)).toBeGreaterThan(0);

    await succeed('checkpoint', 'export', 'run', '--names', 'torchvision', '--out', 'resnet18.safetensors');
    const named = await succeed('checkpoint', 'inspect', 'resnet18.safetensors');
    expect(named).toMatch(/^layer4\.1\.bn2\.running_var +F32 +\[32\]/m);
    expect((await cli('checkpoint', 'export', 'resnet18.safetensors', 'run', '--out', 'x')).code).toBe(2);
  });

  it('keeps training and test apart: splits, data sets, and what an encoder has seen', async () => {
    expect(await succeed('data', 'split', ...LABELS.slice(0, 6), '--findings', FINDINGS, '--seed', '3', '--out', 'splits.csv')).toMatch(/^Splits by patient, 70 % train, 10 % val, 20 % test, seed 3, hash [0-9a-f]{16}$/m);
    expect(await succeed('data', 'check', 'splits.csv', '--patients-only')).toContain('No part shares a patient with another');
    expect(await succeed('data', 'check', 'run', 'phantoms/labels.csv', '--patients-only')).toContain('No part shares a patient with another');
    expect(JSON.parse(read('probe', 'metrics.json')).leak).toEqual({ patients: 0, images: 0 });

    await succeed('pretrain', '--data', 'phantoms', ...SHAPE, '--batch-size', '16', '--steps', '1', '--out', 'everything');
    const probe = ['classify', 'train', '--init', 'everything', ...LABELS, '--findings', FINDINGS, '--cache', 'probe/cache'];
    const refused = await cli(...probe, '--out', 'x');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/^Cannot test on what the encoder was trained on before, which are \d+ images of the test: pre-train on the training split alone .*\n$/)]);
    expect(existsSync(join(folder, 'x'))).toBe(false);
    const { counts, leak } = (await succeed(...probe, '--on-leak', 'warn', '--out', 'leaky'), JSON.parse(read('leaky', 'metrics.json')));
    expect(leak).toEqual({ patients: null, images: counts.test.images });
    expect(await succeed('classify', 'evaluate', '--run', 'leaky')).toContain(`Results are too good: the encoder was trained on ${counts.test.images} images of the test before`);
    const { code, stdout, stderr } = await cli('data', 'check', 'everything', 'phantoms/labels.csv', '--out', 'leaks.json');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^Cannot keep these parts apart as they share 0 patients and \d+ pairs of images/m)]);
    expect(stdout).toContain('everything: patients are not known');
    expect(JSON.parse(read('leaks.json')).images.pairs.length).toBeGreaterThanOrEqual(counts.val.images + counts.test.images);
  });

  it('examines the machine', async () => {
    const printed = await succeed('doctor');
    expect(printed).toMatch(/^simd: training +good/m);
    expect(printed).toContain('This machine can train');
  });

  it.each([
    [['classify', 'train', '--init', 'run', ...LABELS, '--out', 'x'], 2, 'Cannot classify without labels: give --label-column <column>, or the columns that are a finding each by --findings <names>'],
    [['classify', 'train', '--init', 'run', ...LABELS, '--findings', 'nodule', '--width', '8', '--out', 'x'], 2, 'Cannot take --width with --init run, whose checkpoint decides it: leave it out'],
    [['classify', 'train', '--init', 'nowhere', ...LABELS, '--findings', 'nodule', '--out', 'x'], 1, 'Cannot read the checkpoint nowhere as there is no such file or folder'],
    [['classify', 'train', '--init', 'run', ...LABELS, '--findings', 'mass', '--out', 'x'], 1, 'Cannot read column mass as the table has none of that name'],
    [['classify', 'train', '--init', 'run', ...LABELS, '--findings', 'nodule', '--fraction', '2', '--out', 'x'], 2, 'Cannot run classify train as --fraction must be a number above 0 and at most 1: current value is 2'],
    [['pretrain', '--data', 'PREPARED', ...LABELS.slice(2), '--split', 'train', ...SHAPE, '--batch-size', '16', '--steps', '1', '--out', 'x'], 2, 'Cannot select among the prepared images in '],
    [['data', 'check', 'phantoms'], 2, 'Cannot check phantoms as there is one part only: give --split-column, or more than one manifest'],
    [['data', 'split', '--data', 'phantoms', '--fractions', 'train=2', '--out', 'x'], 2, 'Cannot run data split as --fractions must be names with shares that add up to 1'],
    [['classify', 'evaluate', '--run', 'run'], 1, 'Cannot read the predictions run/predictions.csv'],
    [['classify', 'evaluate', '--run', 'probe', '--split', 'train'], 1, 'Cannot evaluate probe as its predictions have no image in the split train: their splits are '],
    [['classify', 'compare', 'probe'], 2, 'Cannot compare other than two runs: current number is 1'],
    [['classify', 'predict', '--run', 'run', '--data', 'phantoms'], 1, 'Cannot read the probe of run as it has no readable probe.json'],
    [['embed', '--init', 'run', '--data', 'phantoms', '--stage', 'layer9', '--out', 'x'], 2, 'Cannot run embed as --stage must be one of stem, layer1, layer2, layer3, layer4: current value is layer9'],
    [['report', 'phantoms'], 1, 'Cannot report on phantoms as it is no run of cxr-ifa pretrain, classify train or detect train'],
    [['checkpoint', 'inspect', 'phantoms/labels.csv'], 1, 'Cannot inspect phantoms/labels.csv as the header must be at most 100000000 bytes long'],
    [['checkpoint', 'inspect', 'phantoms'], 1, 'Cannot inspect phantoms as the folder is no run with a checkpoint'],
  ])('refuses cxr-ifa %j', async (args, code, message) => {
    const result = await cli(...args.map((arg) => (arg === 'PREPARED' ? join('probe', 'cache', readdirSync(join(folder, 'probe', 'cache'))[0] as string) : arg)));
    expect(result.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(result.stderr).toContain(message);
    expect(result.code).toBe(code);
    expect(existsSync(join(folder, 'x'))).toBe(false);
  });
});

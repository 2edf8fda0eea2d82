import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createResnet } from '@cxr-ifa/resnet';
import { createRng, disposeTensors } from '@cxr-ifa/tensor';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenedEncoder } from '../encode/openEncoder.ts';
import { modelId } from './modelId.ts';
import { BANK, PROBE } from './probeFile.ts';
import { saveEncoder } from './saveEncoder.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A run with a small encoder and a probe. */
async function makeRun(name: string, { seed = 1, imageSize = 32, probe = '{"bias":0}' } = {}): Promise<string> {
  const encoder = createResnet({ architecture: 'resnet18', width: 4 });
  const { parameters, statistics } = encoder.initialise(createRng(seed));
  const preprocessing: OpenedEncoder['preprocessing'] = { imageSize, clipPercentile: 99.5, aspect: 'stretch', normalisation: { mean: 0.5, std: 0.25 } };
  const run = join(folder, name);
  await saveEncoder(run, { encoder, parameters, statistics, table: { architecture: 'resnet18', width: 4, inputChannels: 1 }, preprocessing, step: 0 } as unknown as OpenedEncoder, 1);
  writeFileSync(join(run, PROBE), probe);
  disposeTensors(parameters, statistics);
  return run;
}

describe('modelId', () => {
  it('is the same wherever the run lies', async () => {
    const run = await makeRun('one');
    cpSync(run, join(folder, 'moved'), { recursive: true });
    expect(await modelId(run)).toMatch(/^[0-9a-f]{16}$/);
    expect(await modelId(join(folder, 'moved'))).toBe(await modelId(run));
  });

  it('is another for other weights, another preparation, another probe, and a bank of neighbours', async () => {
    const ids = [];
    for (const [index, change] of [{}, { seed: 2 }, { imageSize: 48 }, { probe: '{"bias":1}' }].entries()) ids.push(await modelId(await makeRun(`run ${index}`, change)));
    const banked = await makeRun('banked');
    writeFileSync(join(banked, BANK), 'features');
    ids.push(await modelId(banked));
    expect(new Set(ids).size).toBe(5);
  });

  it('names a run without an encoder', async () => {
    await expect(modelId(folder)).rejects.toThrow(/Cannot .* as /);
  });
});

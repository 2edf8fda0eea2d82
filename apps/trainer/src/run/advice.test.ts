import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createResnet } from '@cxr-ifa/resnet';
import { disposeTensors } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { requireFinite } from '../monitor/requireFinite.ts';
import { adviseOnPlan } from './adviseOnPlan.ts';
import { checkpointSpace, requireDisk } from './requireDisk.ts';

describe('adviseOnPlan', () => {
  const encoder = createResnet({ architecture: 'resnet18', width: 4 });
  const options = { batchSize: 32, imageSize: 64, momentum: 0.999, comparedStages: ['layer1', 'layer4'] };
  const plan = { queueSize: 1024, batchNormGroups: 2, stepsPerEpoch: 200, steps: 1000 };

  it('has nothing to say of sizes that suit one another', () => {
    expect(adviseOnPlan(options, plan, encoder)).toEqual([]);
    expect(adviseOnPlan({ ...options, batchSize: 256, imageSize: 224 }, { queueSize: 65_536, batchNormGroups: 8, stepsPerEpoch: 5000, steps: 1 }, encoder)).toEqual([]); // the method's
  });

  it.each([
    [{}, { batchNormGroups: 1 }, /^Batch-norm has one group/],
    [{}, { queueSize: 128 }, /^A queue of 128 keys makes an easy contrast, of which 0\.8 % are right by chance; with more images choose a --queue-size of at least 256$/],
    [{ momentum: 0.9 }, {}, /^The oldest of 1024 keys is 32 steps old, by an encoder of which 3\.4 % is left at --momentum 0\.9: .* a --momentum of at least 0\.979$/],
    [{}, { stepsPerEpoch: 33 }, /^In 47 % of the cases an image's own key of the epoch before is among the 1024 of the queue, .*; --queue-size 256 would make that 3 %$/],
    [{ imageSize: 32 }, {}, /^At 32 pixels the maps of layer4 are a single cell/],
  ])('warns where %j and %j', (changedOptions, changedPlan, sentence) => {
    expect(adviseOnPlan({ ...options, ...changedOptions }, { ...plan, ...changedPlan }, encoder)).toEqual([expect.stringMatching(sentence)]);
  });
});

describe('requireDisk', () => {
  it('refuses what the disk cannot hold, and says how many checkpoints it can', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-'));
    const tensors = new Map([['a', tf.zeros([1000, 1000])]]);
    const space = checkpointSpace(tensors, 3);
    expect(space.each).toBeGreaterThan(4e6);
    expect(space.total).toBe(4 * space.each);
    await requireDisk(space, join(folder, 'not', 'there', 'yet'), 3);
    await expect(requireDisk(checkpointSpace(tensors, 1e12), folder, 1e12)).rejects.toThrow(/^Cannot pretrain as 1000000000000 checkpoints of 4\.1 MB and one that is being written need .* TB, and the disk of .* has room for .*: choose --keep-checkpoints \d+ or less, or another --out$/);
    disposeTensors(tensors);
    rmSync(folder, { recursive: true });
  });
});

describe('requireFinite', () => {
  it('lets finite numbers pass', async () => {
    await requireFinite({ step: 3, loss: 1, gradientNorm: 0 }, () => Promise.reject(new Error('not asked for')));
  });

  it('says what broke, and the command to go on with', async () => {
    const lastGood = { run: 'runs/my run', checkpoint: "runs/my run/checkpoints/step-00000010.safetensors", learningRate: 0.03 };
    await expect(requireFinite({ step: 12, loss: 1, gradientNorm: Infinity, 'gradientNorm.layer1': NaN }, () => Promise.resolve(lastGood))).rejects.toThrow(
      "Cannot go on as numbers of step 12 are not finite (gradientNorm is Infinity, gradientNorm.layer1 is NaN): the last good checkpoint is runs/my run/checkpoints/step-00000010.safetensors; go on from it with a lower learning rate: cxr-ifa pretrain --config 'runs/my run/config.json' --init 'runs/my run/checkpoints/step-00000010.safetensors' --learning-rate 0.003 --out 'runs/my run-again'",
    );
    await expect(requireFinite({ step: 1, loss: NaN }, () => Promise.resolve({ run: 'r', learningRate: 1 }))).rejects.toThrow('no checkpoint was good yet; begin again with a lower learning rate: cxr-ifa pretrain --config r/config.json --learning-rate 0.1 --out r-again');
  });
});

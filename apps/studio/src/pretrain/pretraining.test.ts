import { registerSimdBackend } from '@cxr-ifa/backend-simd';
import { createRng } from '@cxr-ifa/tensor';
import { testOnBackend } from '@cxr-ifa/testing';
import { memory } from '@tensorflow/tfjs-core';
import '@cxr-ifa/gradients';
import { describe, expect, it } from 'vitest';
import { interpretRun } from './interpretRun.ts';
import { planRun } from './planRun.ts';
import { Pretraining, type RunListener } from './pretraining.ts';
import type { LogRow, StoredRun } from './run.ts';
import { DEFAULT_SETTINGS, type PretrainSettings } from './settings.ts';

const encoder = { table: { architecture: 'resnet18', width: 4, inputChannels: 1 }, preprocessing: { imageSize: 32, clipPercentile: 99, aspect: 'stretch', normalisation: { mean: 0.5, std: 0.25 } } } as const;
const IMAGES = 12;
const rng = createRng(5);
const pixels = Float32Array.from({ length: IMAGES * 32 * 32 }, () => rng.uniform());
const settings: PretrainSettings = { ...DEFAULT_SETTINGS, start: 'random', batchSize: 4, steps: 5 };

testOnBackend('simd', registerSimdBackend);

/** Trains until a number of steps of this call was taken, and gives what was saved last. */
async function take(run: StoredRun, steps: number): Promise<Pick<StoredRun, 'checkpoint' | 'step' | 'rows'>> {
  const pretraining = new Pretraining(run);
  const paused = { aborted: false };
  let saved: Pick<StoredRun, 'checkpoint' | 'step' | 'rows'> | undefined;
  let taken = 0;
  const listener: RunListener = { step: () => void (paused.aborted = ++taken >= steps), save: async (state) => void (saved = state) };
  await pretraining.go(paused, listener);
  pretraining.dispose();
  return saved as NonNullable<typeof saved>;
}

const withoutSpeed = (rows: readonly LogRow[]): LogRow[] => rows.map(({ imagesPerSecond: _, ...row }) => row as LogRow);

describe('Pretraining', () => {
  it.each(['released', 'aligned'] as const)('that was paused goes on as if it had not been (%s), and leaves nothing behind', async (ifa) => {
    const run: StoredRun = { plan: planRun({ ...settings, ifa }, IMAGES, encoder), pixels, step: 0, rows: [] };
    const before = memory().numTensors;
    const whole = await take(run, 5);
    const first = await take(run, 2);
    expect(first.step).toBe(2);
    const rest = await take({ ...run, ...first }, 99);
    expect(rest.step).toBe(5);
    expect(withoutSpeed(rest.rows)).toEqual(withoutSpeed(whole.rows));
    expect(rest.checkpoint).toEqual(whole.checkpoint);
    expect(memory().numTensors).toBe(before);
    expect(interpretRun(rest.rows, run.plan)?.sentence).toBeTruthy();
  });

  it('begins with the encoder of another run, and refuses one of another shape', async () => {
    const plan = planRun(settings, IMAGES, encoder);
    const { checkpoint } = await take({ plan, pixels, step: 0, rows: [] }, 1);
    const before = memory().numTensors;
    new Pretraining({ plan, pixels, step: 0, rows: [] }, checkpoint).dispose();
    expect(() => new Pretraining({ plan: planRun(settings, IMAGES, { ...encoder, table: { ...encoder.table, width: 8 } }), pixels, step: 0, rows: [] }, checkpoint)).toThrow('Cannot initialise the encoder');
    expect(memory().numTensors).toBe(before);
  });
});

describe('planRun', () => {
  it('fits the queue to the images, and says what does not fit', () => {
    expect(planRun(settings, 15, encoder)).toMatchObject({ queueSize: 12, batchNormGroups: 2, images: 15 });
    expect(() => planRun(settings, 7, encoder)).toThrow('Cannot pretrain as there must be at least 2 batches of 4 images: current number of images is 7; open more, or choose a smaller batch');
    expect(() => planRun({ ...settings, batchSize: 5 }, 15, encoder)).toThrow('a batch must be an even number of at least 4 images: current value is 5');
  });
});

import { createRng } from '@cxr-ifa/tensor';
import { describe, expect, it } from 'vitest';
import { preservedFindings } from '../../invert/preservedFindings.ts';
import type { ReconstructionScores } from '../../invert/scoreReconstructions.ts';
import { summariseInversions } from './summariseInversions.ts';

const patients = Array.from({ length: 12 }, (_, image) => `p${image >> 1}`);
const labels = { findings: ['sick'], labels: Float32Array.from(patients, (_, image) => image % 2), known: new Uint8Array(12).fill(1), counts: {} };
const before = Float64Array.from(patients, (_, image) => (image % 2) + 0.1 * image);
const hard = patients.map((_, image) => 20 + 10 * Math.sin(image)); // some images are harder than others
const scores = (psnr: readonly number[], after: Float64Array): ReconstructionScores => ({ columns: { psnr }, logits: { sick: { before, after } }, features: {} });
const settings = () => ({ rng: createRng(1), samples: 300, confidence: 0.95 });

describe('summariseInversions', () => {
  const rows = [{ name: 'none', scores: scores(hard, before) }, { name: 'better', scores: scores(hard.map((value) => value + 2), before) }, { name: 'mean image', scores: scores(hard, new Float64Array(12)) }];
  const metrics = summariseInversions(rows, { labels, patients, baseline: 'none', ...settings() });
  const row = (metric: string, name: string) => metrics.find((own) => own.metric === metric)?.rows.find((own) => own.name === name);

  it('compares as pairs: what makes an image hard cancels', () => {
    expect(row('psnr', 'better')?.difference?.low).toBeCloseTo(2, 10);
    expect(row('psnr', 'better')?.difference?.high).toBeCloseTo(2, 10);
    const { low, high } = row('psnr', 'none')?.value ?? {};
    expect((high as number) - (low as number)).toBeGreaterThan(3);
    expect(row('psnr', 'none')?.difference).toBeNull();
  });

  it('has the AUROC of what a classifier finds in the reconstructions, and 0.5 where all are one image', () => {
    const exact = before.reduce((sum, positive, i) => sum + (i % 2 === 1 ? before.filter((value, j) => j % 2 === 0 && value < positive).length : 0), 0) / 36;
    expect(row('sick:auroc', 'none')?.value.value).toBeCloseTo(exact, 12);
    expect(row('sick:auroc', 'mean image')?.value).toEqual({ value: 0.5, low: 0.5, high: 0.5 });
  });
});

describe('preservedFindings', () => {
  it('finds nothing lost where nothing has changed, and says what is lost where all is', () => {
    const [same] = preservedFindings({ sick: { before, after: before } }, labels, patients, settings());
    expect(same).toMatchObject({ rankCorrelation: 1, labelled: { positives: 6, negatives: 6, difference: { value: 0, low: 0, high: 0 } } });
    const [gone] = preservedFindings({ sick: { before, after: new Float64Array(12) } }, labels, patients, settings());
    expect(gone?.rankCorrelation).toBeNull();
    expect(gone?.labelled?.difference.high).toBeLessThan(0);
  });

  it('has no AUROC without labels of both kinds', () => {
    const unlabelled = { ...labels, known: Uint8Array.from(patients, (_, image) => image % 2) };
    for (const matrix of [undefined, unlabelled]) expect(preservedFindings({ sick: { before, after: before } }, matrix, patients, settings())[0]?.labelled).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { interpretTraining } from './interpretTraining.ts';

const context = { queueSize: 1024, batchNormGroups: 2, pulledStages: ['layer4'] };
const healthy = { relativeInfoNce: 0.6, accuracyTop1: 0.4, batchNormLeak: 0.01, embeddingStd: 0.9, effectiveRank: 12, uniformity: -2.5, alignment: 0.5, queueFill: 1, 'similarity.layer4': 0.85, 'otherSimilarity.layer4': 0.5 };

/** A log whose numbers change halfway. */
function log(after: Record<string, number>, before: Record<string, number> = {}, steps = 60): Record<string, number>[] {
  return Array.from({ length: steps }, (_, index) => ({ step: index + 1, ...healthy, ...(index < steps / 2 ? before : after) }));
}

describe('interpretTraining', () => {
  it.each([
    ['normal', {}],
    ['collapse', { embeddingStd: 0.02, relativeInfoNce: 1 }],
    ['leak', { batchNormLeak: 0.4, accuracyTop1: 0.8 }],
    ['too early', { queueFill: 0.5, accuracyTop1: 1, relativeInfoNce: 0.1 }],
    ['one direction', { 'similarity.layer4': 0.98, 'otherSimilarity.layer4': 0.97, accuracyTop1: 0.1 }],
    ['not learning', { relativeInfoNce: 0.99, accuracyTop1: 0.001 }],
    ['too easy', { relativeInfoNce: 0.02, accuracyTop1: 1 }],
  ])('says %s', (name, numbers) => {
    const verdict = interpretTraining(log(numbers), context);
    expect(verdict).toMatchObject({ name, sentence: expect.stringMatching(/^[A-Z][^.]+$/) });
    expect(verdict?.evidence.length).toBeGreaterThan(0);
    expect(verdict?.advice === undefined).toBe(name === 'normal' || name === 'too early');
  });

  it('judges by the latest rows, whatever came before', () => {
    expect(interpretTraining(log({}, { embeddingStd: 0.02 }), context)?.name).toBe('normal');
    expect(interpretTraining(log({}, { embeddingStd: 0.02 }).slice(0, 30), context)?.name).toBe('collapse');
  });

  it('is not led astray by chance: a leak needs six looks that agree', () => {
    const leaking = (...looks: number[]) => interpretTraining(log({}).map((row, index) => ({ ...row, batchNormLeak: looks[59 - index] ?? NaN })), context)?.name;
    expect(leaking(1)).toBe('normal');
    expect(leaking(0.2, 0.2, 0.2)).toBe('normal');
    expect(leaking(0.2, 0.19, 0.21, 0.2, 0.2)).toBe('normal');
    expect(leaking(0.2, 0.19, 0.21, 0.2, 0.18, 0.22)).toBe('leak');
    expect(leaking(0.3, -0.2, 0.4, -0.1, 0.4, 0.3)).toBe('normal');
    expect(leaking(0.01, 0.01, 0.01, 0.01, 0.01, 0.01)).toBe('normal');
  });

  it('holds the loss against what its temperature allows', () => {
    const rows = log({ relativeInfoNce: 0.95, embeddingStd: 0.9 });
    expect(interpretTraining(rows, { ...context, temperature: 0.2 })?.name).toBe('not learning');
    expect(interpretTraining(rows, { ...context, temperature: 2 })?.name).toBe('normal');
  });

  it('makes do with the loss where no batch was looked at', () => {
    const coarse = (relativeInfoNce: number) => [{ step: 10, relativeInfoNce, accuracyTop1: 0, queueFill: 1 }];
    expect(interpretTraining(coarse(1), context)?.name).toBe('collapse');
    expect(interpretTraining(coarse(0.97), context)?.name).toBe('not learning');
    expect(interpretTraining(coarse(0.6), context)).toMatchObject({ name: 'normal', sentence: 'The loss looks normal: pairs are told from negatives', evidence: ['InfoNCE is 0.60 times that of chance, ln(K + 1) = 6.93', 'top-1 accuracy is 0.00, by chance 0.00098'] });
  });

  it('sees only pulled stages pull', () => {
    const rows = log({ 'similarity.layer4': 0.98, 'otherSimilarity.layer4': 0.97 });
    expect(interpretTraining(rows, { queueSize: 1024 })?.name).toBe('normal');
  });

  it('says nothing of nothing', () => {
    expect(interpretTraining([], context)).toBeUndefined();
  });
});

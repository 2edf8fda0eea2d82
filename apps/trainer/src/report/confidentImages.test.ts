import { describe, expect, it } from 'vitest';
import type { Prediction } from '../classify/predictionsFile.ts';
import { confidentImages } from './confidentImages.ts';

const image = (name: string, probability: number | undefined, label: 0 | 1 | undefined, patient: string | undefined = undefined): Prediction => ({ image: name, patient, split: 'test', probabilities: [probability], labels: [label] });
const named = (images: readonly Prediction[], most: number): string[] => confidentImages(images, 0, most).map(({ image: name, outcome }) => `${name}: ${outcome}`);

describe('confidentImages', () => {
  it('takes the most confident of each outcome', () => {
    const images = [image('a', 0.7, 1), image('b', 0.9, 1), image('c', 0.1, 0), image('d', 0.3, 0), image('e', 0.05, 1), image('f', 0.8, 0)];
    expect(named(images, 1)).toEqual(['b: right, present', 'c: right, absent', 'f: wrong, said present', 'e: wrong, said absent']);
    expect(confidentImages(images, 0, 1).map(({ probability }) => probability)).toEqual([0.9, 0.1, 0.8, 0.05]);
  });

  it('shows one image a patient and outcome, and an image without a patient for itself', () => {
    const images = [image('a', 0.9, 1, 'p'), image('b', 0.8, 1, 'p'), image('c', 0.7, 1), image('d', 0.6, 1), image('e', 0.2, 1, 'q')];
    expect(named(images, 2)).toEqual(['a: right, present', 'c: right, present', 'e: wrong, said absent', 'd: wrong, said absent']);
  });

  it('shows an image once, as right, where few are known', () => {
    expect(named([image('a', 0.6, 1), image('b', 0.4, 0)], 3)).toEqual(['a: right, present', 'b: right, absent']);
  });

  it('leaves out images without a label or a probability', () => {
    expect(confidentImages([image('a', undefined, 1), image('b', 0.5, undefined)], 0, 3)).toEqual([]);
  });
});

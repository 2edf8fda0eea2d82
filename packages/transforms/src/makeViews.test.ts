import { createRng } from '@cxr-ifa/tensor';
import { describe, expect, it } from 'vitest';
import { makeViews, type ViewBatch } from './makeViews.ts';

const size = 16;
const pixels = Array.from({ length: 4 }, (_, image) => Float32Array.from({ length: size * size }, (_value, index) => ((index * (image + 3)) % 97) / 97));
const batch: ViewBatch = { indices: [2, 0], pixelsOf: (index) => pixels[index] as Float32Array, imageSize: size, epoch: 1, rng: createRng(7), augment: 'cxr-strong', query: 'augmented', normalisation: { mean: 0.5, std: 0.25 } };
const imageOf = (views: Float32Array, position: number): Float32Array => views.slice(position * size * size, (position + 1) * size * size);

describe('makeViews', () => {
  it('depends on generator, epoch and image alone: not on the place in the batch, nor on the others', () => {
    const [both, alone] = [makeViews(batch), makeViews({ ...batch, indices: [0] })];
    for (const view of ['query', 'key'] as const) expect(imageOf(both[view], 1)).toEqual(alone[view]);
    expect(makeViews(batch)).toEqual(both);
    expect(makeViews({ ...batch, epoch: 2 })).not.toEqual(both);
    expect(makeViews({ ...batch, rng: createRng(8) })).not.toEqual(both);
    expect(both.query).not.toEqual(both.key);
  });

  it('gives the image itself, normalised, for a clean query', () => {
    const { query } = makeViews({ ...batch, query: 'clean' });
    const wanted = (pixels[2] as Float32Array).map((value) => (value - 0.5) / 0.25);
    imageOf(query, 0).forEach((value, index) => expect(value).toBeCloseTo(wanted[index] as number, 5));
  });

  it('says where each cell lies, of views that were not moved where it is', () => {
    const { alignment } = makeViews({ ...batch, augment: 'none', grids: { layer1: { height: 2, width: 2 } } });
    expect([...(alignment?.['layer1']?.mask ?? [])]).toEqual(new Array(8).fill(1));
    expect([...(alignment?.['layer1']?.positions ?? [])].slice(0, 8)).toEqual([-0.5, -0.5, 0.5, -0.5, -0.5, 0.5, 0.5, 0.5]);
  });
});

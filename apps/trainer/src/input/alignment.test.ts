// From geometry to loss: a map of known answer, seen through the views that the augmentations really draw
import { ifaLoss, ifaPresets, warpMap } from '@cxr-ifa/losses';
import { createRng, type Geometry, type Point } from '@cxr-ifa/tensor';
import { alignGrid, createAugmentation, createGeometry, type PresetName } from '@cxr-ifa/transforms';
import { tensor3d, tensor4d, tidy, type Tensor4D } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';

type Field = (x: number, y: number) => number[];
/** Smooth in the source, with every channel above 0. */
const waves: Field = (x, y) => [2 + Math.sin(3 * x), 2 + Math.cos(2 * y + x), 2 + Math.sin(x - 3 * y), 1.5 + Math.cos(2 * x) * Math.sin(y)];
const plane: Field = (x, y) => [3 + x, 3 + y, 3 - x - y];

/** What a view shows of a field of the source, at the centres of a grid's cells. */
function render(field: Field, geometry: Geometry, side: number): Tensor4D {
  const centres = Array.from({ length: side * side }, (_, cell): Point => [(2 * (cell % side) + 1) / side - 1, (2 * Math.floor(cell / side) + 1) / side - 1]);
  const channels = field(0, 0).length;
  return tensor4d(geometry.toSource(centres).flatMap(([x, y]) => field(x, y)), [1, side, side, channels]);
}

/** The largest difference, over the cells that count, of the query's map and its key's warped one; border cells of the key, whose outer half repeats the border, aside. */
function mismatch(field: Field, query: Geometry, key: Geometry, side: number): { error: number; unaligned: number; cells: number } {
  const { positions, mask } = alignGrid(query, key, { height: side, width: side });
  const [ofQuery, ofKey] = [render(field, query, side), render(field, key, side)];
  const warped = tidy(() => warpMap(ofKey, tensor4d(positions, [1, side, side, 2])));
  const [expected, found, plainly] = [ofQuery, warped, ofKey].map((map) => map.dataSync());
  let [error, unaligned, cells] = [0, 0, 0];
  const channels = field(0, 0).length;
  for (let cell = 0; cell < side * side; cell++) {
    const inner = 1 - 1 / side;
    if (mask[cell] !== 1 || Math.abs(positions[2 * cell] as number) > inner || Math.abs(positions[2 * cell + 1] as number) > inner) continue;
    cells++;
    for (let channel = cell * channels; channel < (cell + 1) * channels; channel++) {
      error = Math.max(error, Math.abs((found?.[channel] as number) - (expected?.[channel] as number)));
      unaligned = Math.max(unaligned, Math.abs((plainly?.[channel] as number) - (expected?.[channel] as number)));
    }
  }
  return { error, unaligned, cells };
}

/** Pairs of geometries as a preset draws them, those in which something moves. */
function drawPairs(preset: PresetName, arithmetic: 'float' | 'uint8', count: number): [Geometry, Geometry][] {
  const augment = createAugmentation(preset, { arithmetic });
  const image = { data: Float32Array.from({ length: 64 * 64 }, (_, i) => (i % 251) / 251), width: 64, height: 64, range: [0, 1] as [number, number] };
  const pairs: [Geometry, Geometry][] = [];
  for (let index = 0; pairs.length < count; index++) {
    const rng = createRng(11).fork(preset, index);
    const [query, key] = [augment(image, rng.fork('query')).geometry, augment(image, rng.fork('key')).geometry];
    if (query.matrix.join() !== key.matrix.join() || query.residual || key.residual) pairs.push([query, key]);
  }
  return pairs;
}

const affine = ({ matrix }: Geometry): Geometry => createGeometry({ matrix });

describe('alignment', () => {
  it.each(['cxr', 'cxr-strong', 'mocoV2'] as const)('is exact for the affine views of %s: of a linear field nothing is left but rounding', (preset) => {
    for (const [query, key] of drawPairs(preset, 'float', 20)) {
      const { error, cells } = mismatch(plane, affine(query), affine(key), 16);
      if (preset !== 'mocoV2') expect(cells).toBeGreaterThan(64); // two crops may share little
      expect(error).toBeLessThan(2e-5);
    }
  });

  it('is left with the error of interpolation, a fourth on cells of half the size', () => {
    const errors = [16, 32].map((side) => {
      const all = drawPairs('cxr', 'float', 30).map(([query, key]) => mismatch(waves, query, key, side));
      expect(Math.max(...all.map(({ unaligned }) => unaligned))).toBeGreaterThan(0.2);
      return Math.max(...all.map(({ error }) => error));
    }) as [number, number];
    // Bilinear: at most h^2 / 8 (|f_xx| + |f_yy|), with h = 2 / 16 cells, scaled by at most 1.2, and second derivatives below 10
    expect(errors[0]).toBeLessThan(((1.2 * 2) / 16) ** 2 / 8 * 20);
    expect(errors[0] / errors[1]).toBeGreaterThan(3);
  });

  it.each(['float', 'uint8'] as const)('follows optical distortions too, in %s arithmetic', (arithmetic) => {
    const pairs = drawPairs('cxr-strong', arithmetic, 60);
    expect(pairs.filter(([query, key]) => query.residual || key.residual).length).toBeGreaterThan(10);
    const all = pairs.map(([query, key]) => mismatch(waves, query, key, 32));
    expect(Math.max(...all.map(({ error }) => error))).toBeLessThan(((1.2 * 2) / 32) ** 2 / 8 * 20 + 0.01);
    expect(Math.max(...all.map(({ unaligned }) => unaligned))).toBeGreaterThan(0.2);
  });

  it('brings the loss of two views of one thing to 0, which it is not without', async () => {
    const [query, key] = drawPairs('cxr', 'float', 1)[0] as [Geometry, Geometry];
    const { positions, mask } = alignGrid(query, key, { height: 32, width: 32 });
    const [ofQuery, ofKey] = [render(waves, query, 32), render(waves, key, 32)];
    const terms = ifaPresets.aligned.slice(0, 1);
    const warped = warpMap(ofKey, tensor4d(positions, [1, 32, 32, 2]));
    const aligned = await ifaLoss({ layer1: ofQuery }, { layer1: warped }, { terms, masks: { layer1: tensor3d(mask, [1, 32, 32]) } }).loss.data();
    const plainly = await ifaLoss({ layer1: ofQuery }, { layer1: ofKey }, { terms }).loss.data();
    expect(aligned[0]).toBeLessThan(1e-5);
    expect(plainly[0]).toBeGreaterThan(50 * (aligned[0] as number));
  });
});

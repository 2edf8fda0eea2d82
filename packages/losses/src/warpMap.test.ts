import { counterNormal, counterUniform, expectClose, expectGradients, expectNoLeak } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import golden from '../golden/warp-map.json' with { type: 'json' };
import { ifaLoss } from './ifaLoss.ts';
import { warpMap } from './warpMap.ts';

type Shape = [number, number, number, number];
const random = (stream: number, shape: Shape): tf.Tensor4D => tf.tensor4d(Float32Array.from(counterNormal(stream, tf.util.sizeFromShape(shape)), (value) => Math.max(value, 0)), shape);

/** Positions on a grid of rows x columns cells: what `place` makes of each cell's centre. */
function positionsOf(images: number, rows: number, columns: number, place: (x: number, y: number) => [number, number]): tf.Tensor4D {
  const one = Array.from({ length: rows * columns }, (_, cell) => place((2 * (cell % columns) + 1) / columns - 1, (2 * Math.floor(cell / columns) + 1) / rows - 1));
  return tf.tensor4d(Array.from({ length: images }, () => one).flat(2), [images, rows, columns, 2]);
}

describe('warpMap', () => {
  describe.each(golden.cases)('$name', ({ map, grid, streams, target, ...expected }) => {
    const [images, , , channels] = map as Shape;
    const [rows, columns] = grid as [number, number];
    const key = random(streams.key, map as Shape);
    const query = tf.add(random(streams.query, [images, rows, columns, channels]), 0.1) as tf.Tensor4D;
    const numbers = Float32Array.from(counterUniform(streams.positions, images * rows * columns * 2), (value) => 2.4 * value - 1.2);
    const positions = tf.tensor4d(numbers, [images, rows, columns, 2]);
    const mask = tf.tensor3d(Array.from({ length: images * rows * columns }, (_, cell) => Number(Math.max(Math.abs(numbers[2 * cell]!), Math.abs(numbers[2 * cell + 1]!)) <= 1)), [images, rows, columns]);
    const options = { terms: [{ stage: 'layer1', target, weight: 1 }], masks: { layer1: mask } };

    it("equals float64's grid_sample", () => expectClose(warpMap(key, positions), expected.warped, { absolute: 2e-6 }));

    it('gives the IFA loss that float64 has, and its gradient', async () => {
      const keys = { layer1: warpMap(key, positions) };
      const { loss, similarity, coverage } = ifaLoss({ layer1: query }, keys, options);
      await expectClose(loss, expected.loss);
      await expectClose(similarity['layer1'] as tf.Scalar, expected.similarity);
      await expectClose(coverage['layer1'] as tf.Scalar, expected.coverage);
      await expectClose(tf.grad((x) => ifaLoss({ layer1: x as tf.Tensor4D }, keys, options).loss)(query), expected.gradient, { absolute: 5e-7 });
      await expectGradients((x) => ifaLoss({ layer1: x as tf.Tensor4D }, keys, options).loss, [query]);
    });
  });

  const map = random(91, [2, 4, 8, 3]);

  it('returns the very map where nothing moved', async () => {
    const same = warpMap(map, positionsOf(2, 4, 8, (x, y) => [x, y]));
    expect(await same.data()).toEqual(await map.data());
    // 1 / 7 is no float32, and positions are rounded
    const odd = random(92, [1, 7, 7, 2]);
    await expectClose(warpMap(odd, positionsOf(1, 7, 7, (x, y) => [x, y])), await odd.data(), { absolute: 2e-6 });
  });

  it('moves by whole cells exactly, and repeats the border beyond it', async () => {
    const moved = warpMap(map, positionsOf(2, 4, 8, (x, y) => [x + 2 * (2 / 8), y - 2 / 4])); // two columns on, a row back
    const expected = tf.gather(tf.gather(map, tf.tensor1d([2, 3, 4, 5, 6, 7, 7, 7], 'int32'), 2), tf.tensor1d([0, 0, 1, 2], 'int32'), 1);
    expect(await moved.data()).toEqual(await expected.data());
  });

  it('mirrors and turns as positions say', async () => {
    expect(await warpMap(map, positionsOf(2, 4, 8, (x, y) => [-x, y])).data()).toEqual(await tf.reverse(map, 2).data());
    expect(await warpMap(map, positionsOf(2, 8, 4, (x, y) => [y, x])).data()).toEqual(await tf.transpose(map, [0, 2, 1, 3]).data());
  });

  it('takes each image by its own positions', async () => {
    const own = tf.concat([positionsOf(1, 4, 8, (x, y) => [x, y]), positionsOf(1, 4, 8, (x, y) => [-x, -y])]) as tf.Tensor4D;
    const [first, second] = tf.split(map, 2);
    expect(await warpMap(map, own).data()).toEqual(await tf.concat([first!, tf.reverse(second!, [1, 2])]).data());
  });

  it('shows a view of known answer: an affine function of the source through two affine views', async () => {
    // query p -> source A p -> key B^-1 A p; both maps hold functions of the source that are linear, which bilinear sampling keeps
    const [query, key] = [[0.8, 0.1, 0.05, -0.1, 0.75, 0.02], [1.1, -0.15, -0.04, 0.12, 1.05, 0.06]] as const;
    const through = ([a, b, c, d, e, f]: readonly number[], x: number, y: number): [number, number] => [a! * x + b! * y + c!, d! * x + e! * y + f!];
    const back = ([a, b, c, d, e, f]: readonly number[], x: number, y: number): [number, number] => {
      const determinant = a! * e! - b! * d!;
      return [(e! * (x - c!) - b! * (y - f!)) / determinant, (a! * (y - f!) - d! * (x - c!)) / determinant];
    };
    const render = (geometry: readonly number[]): tf.Tensor4D => {
      const sources = positionsOf(1, 12, 12, (x, y) => through(geometry, x, y));
      return tf.concat([tf.add(sources, 2), tf.sub(3, tf.sum(sources, 3, true))], 3) as tf.Tensor4D; // x + 2, y + 2, 3 - x - y
    };
    const positions = positionsOf(1, 12, 12, (x, y) => back(key, ...through(query, x, y)));
    const beyond = Math.max(...tf.util.flatten((await positions.array()) as number[][][][]).map((value) => Math.abs(value as number)));
    expect(beyond).toBeLessThan(1 - 1 / 12); // between centres everywhere, so that no border is repeated
    await expectClose(warpMap(render(key), positions), await render(query).data(), { absolute: 5e-6 });
  });

  it('holds the border wherever a position lies, and stays finite', async () => {
    const far = warpMap(map, positionsOf(2, 1, 2, (x) => [1e30 * x, -Infinity]));
    const expected = tf.concat([tf.slice(map, [0, 0, 0, 0], [2, 1, 1, 3]), tf.slice(map, [0, 0, 7, 0], [2, 1, 1, 3])], 2);
    expect(await far.data()).toEqual(await expected.data());
  });

  it('leaves nothing behind, and names what does not fit', () =>
    expectNoLeak(() => {
      const positions = positionsOf(2, 3, 3, (x, y) => [x, y]);
      const failing = positionsOf(3, 3, 3, (x, y) => [x, y]);
      expect(() => warpMap(map, failing)).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot warp a feature map as positions must have shape [N=2, rows, columns, 2]: current shape is [3, 3, 3, 2]]`);
      expect(() => warpMap(map, map)).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot warp a feature map as positions must have shape [N=2, rows=4, columns=8, 2]: current shape is [2, 4, 8, 3]]`);
      const warped = warpMap(map, positions);
      tf.dispose([positions, failing]);
      return warped;
    }));
});

import { add, clone, dispose, engine, fill, reshape, setBackend, slice, tensor, tensor1d, tidy, variable, zeros } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** How numbers cross the border of a backend: by copy, and back to the pool with the last reference. */
export function describeStorageConformance(backend: string, { asynchronous }: { asynchronous: boolean }): void {
  describe('storage', () => {
    beforeEach(async () => void (await setBackend(backend)));
    afterEach(async () => void (await setBackend('cpu')));

    it('what was read stays as it is when the tensor is gone and its memory used again', async () => {
      const x = tensor1d([1, 2, 3]);
      const read = await x.data();
      x.dispose();
      const others = Array.from({ length: 50 }, () => fill([3], 9));
      expect(Array.from(read)).toEqual([1, 2, 3]);
      dispose(others);
    });

    it('changing what was read changes no tensor', async () => {
      const x = tensor1d([1, 2, 3]);
      (await x.data())[0] = 7;
      expect(Array.from(await x.data())).toEqual([1, 2, 3]);
      x.dispose();
    });

    it('changing the array a tensor was made from changes no tensor once it was used', async () => {
      const values = new Float32Array([1, 2, 3]);
      const x = tensor(values);
      const sum = add(x, 0);
      values[0] = 7;
      expect(Array.from(await sum.data())).toEqual([1, 2, 3]);
      dispose([x, sum]);
    });

    it('a part of a tensor outlives the tensor', async () => {
      const x = tensor1d([1, 2, 3, 4]);
      const [part, shape, copy] = [slice(x, [1], [2]), reshape(x, [2, 2]), clone(x)];
      x.dispose();
      const others = Array.from({ length: 50 }, () => fill([4], 9));
      expect(Array.from(await part.data())).toEqual([2, 3]);
      expect(Array.from(await shape.data())).toEqual([1, 2, 3, 4]);
      expect(Array.from(await copy.data())).toEqual([1, 2, 3, 4]);
      dispose([part, shape, copy, ...others]);
    });

    it('takes over tensors of another backend, and gives them back', async () => {
      await setBackend('cpu');
      const x = variable(tensor1d([1, 2, 3]));
      await setBackend(backend);
      const y = add(x, x);
      expect(Array.from(await y.data())).toEqual([2, 4, 6]);
      if (asynchronous) await x.data(); // keeps a copy, which tfjs can take along at once
      await setBackend('cpu');
      const z = add(y, x);
      expect(Array.from(await z.data())).toEqual([3, 6, 9]);
      dispose([x, y, z]);
    });

    it('keeps integers, booleans, strings and nothing at all', async () => {
      const tensors = [tensor([1, -2], [2], 'int32'), tensor([true, false], [2], 'bool'), tensor(['a', 'bc'], [2], 'string'), zeros([0, 3])];
      expect(await Promise.all(tensors.map(async (each) => Array.from(await each.data())))).toEqual([[1, -2], [1, 0], ['a', 'bc'], []]);
      dispose(tensors);
    });

    it('frees all that a computation made', () => {
      const before = [engine().memory().numTensors, engine().backend.numDataIds()];
      tidy(() => add(reshape(add(tensor1d([1, 2]), 1), [1, 2]), 2)).dispose();
      expect([engine().memory().numTensors, engine().backend.numDataIds()]).toEqual(before);
    });
  });
}

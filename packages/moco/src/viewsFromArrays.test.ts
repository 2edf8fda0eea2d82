import { expectNoLeak } from '@cxr-ifa/testing';
import { disposeTensors } from '@cxr-ifa/tensor';
import { describe, expect, it } from 'vitest';
import { tensorsOf } from './views.ts';
import { viewsFromArrays } from './viewsFromArrays.ts';

const ascending = (length: number): Float32Array => Float32Array.from({ length }, (_, index) => index);

describe('viewsFromArrays', () => {
  it('keeps numbers and order, and makes nothing but the views', async () => {
    await expectNoLeak(() => {
      const views = viewsFromArrays({ query: ascending(8), key: ascending(8).reverse(), alignment: { layer4: { positions: ascending(12), mask: ascending(6) } } }, { batchSize: 2, imageSize: 2, grids: { layer4: { height: 1, width: 3 } } });
      expect(tensorsOf(views).map(({ shape }) => shape)).toEqual([[2, 2, 2, 1], [2, 2, 2, 1], [2, 1, 3, 2], [2, 1, 3]]);
      expect([...views.query.dataSync()]).toEqual([...ascending(8)]);
      expect([...(views.alignment?.['layer4']?.positions.dataSync() ?? [])]).toEqual([...ascending(12)]);
      disposeTensors(tensorsOf(views));
    });
    await expectNoLeak(() => {
      const views = viewsFromArrays({ query: ascending(4), key: ascending(4) }, { batchSize: 1, imageSize: 2 });
      expect(views.alignment).toBeUndefined();
      disposeTensors(tensorsOf(views));
    });
  });
});

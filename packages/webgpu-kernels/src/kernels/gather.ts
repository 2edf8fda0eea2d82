import { util } from '@tensorflow/tfjs-core';
import { input, type KernelOverride } from '../kernelOverride.ts';

/** Refuses an index that is not there where that can be seen without waiting for the GPU: what came from the host and was not used yet. tfjs's reads whatever lies there. */
export const gatherOverrides: readonly KernelOverride[] = [
  {
    kernelName: 'GatherV2',
    run(call) {
      const [x, indices] = [input(call, 'x'), input(call, 'indices')];
      const length = x.shape[util.parseAxisParam(call.attrs.axis as number, x.shape)[0] as number] as number;
      const values = call.backend.tensorMap.get(indices.dataId).values as Int32Array | null;
      for (const index of values ?? []) {
        if (!(index >= 0 && index < length)) throw new RangeError(`GatherV2: the index value ${index} is not in [0, ${length - 1}]`);
      }
      return undefined;
    },
  },
];

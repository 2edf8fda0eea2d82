import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { expectClose } from './expectClose.ts';
import { expectNoLeak } from './expectNoLeak.ts';
import { fillParameters } from './fillParameters.ts';

describe('fillParameters', () => {
  const like = new Map<string, tf.Tensor>([
    ['fc.bias', tf.zeros([2])],
    ['conv.weight', tf.zeros([1, 2, 1, 2])],
    ['fc.weight', tf.zeros([2, 3])],
    ['bn.running_var', tf.zeros([2])],
    ['bn.running_mean', tf.zeros([2])],
    ['bn.weight', tf.zeros([2])],
  ]);
  // printed by tools/golden/fill.py for the same shapes in PyTorch's layout, first stream 7; its filter is [O, I, H, W]
  const wanted = {
    'bn.running_mean': [-0.09619901329278946, 0.005293549969792366],
    'bn.running_var': [1.4715595245361328, 1.0310803651809692],
    'bn.weight': [0.7789332270622253, 1.074188232421875],
    'conv.weight': [-0.5020182728767395, -2.630481243133545, -1.425037145614624, 0.09424084424972534],
    'fc.bias': [-0.11450876295566559, -0.09145643562078476],
    'fc.weight': [-0.39016953110694885, -0.9422677159309387, -0.18100197613239288, 0.7044621109962463, 0.9285172820091248, 0.013012665323913097],
  };

  it("makes fill.py's numbers to the last bit, whatever the order of the names", async () => {
    const filled = fillParameters(like, 7);
    expect([...filled.keys()]).toEqual([...like.keys()]);
    for (const [name, values] of Object.entries(wanted)) {
      const tensor = filled.get(name) as tf.Tensor;
      await expectClose(tensor.rank === 4 ? tf.transpose(tensor, [3, 2, 0, 1]) : tensor, values, { relative: 0, absolute: 0 });
    }
  });

  it('leaves nothing behind', async () => {
    await expectNoLeak(() => fillParameters(like, 7));
  });
});

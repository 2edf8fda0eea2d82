import { add, exp, minimum, mul, slice, sub, concat, tidy, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';
import { LARGEST_LOG_SCALE } from './boxCoder.ts';

/** Boxes from deltas as `decodeBoxes`, with a gradient: deltas [N, A, 4] and anchors [A, 4] to boxes [N, A, 4]. */
export function decodeDeltas(deltas: Tensor3D, anchors: Tensor2D): Tensor3D {
  return tidy(() => {
    const corner = slice(anchors, [0, 0], [-1, 2]); // top, left: [A, 2]
    const size = sub(slice(anchors, [0, 2], [-1, 2]), corner); // height, width
    const swap = (from: number): Tensor3D => concat([slice(deltas, [0, 0, from + 1], [-1, -1, 1]), slice(deltas, [0, 0, from], [-1, -1, 1])], 2); // deltas are x before y, boxes y before x
    const centre = add(add(corner, mul(size, 0.5)), mul(swap(0), size)); // [N, A, 2]
    const half = mul(mul(exp(minimum(swap(2), LARGEST_LOG_SCALE)), size), 0.5);
    return concat([sub(centre, half), add(centre, half)], 2) as Tensor3D; // [N, A, 4]
  });
}

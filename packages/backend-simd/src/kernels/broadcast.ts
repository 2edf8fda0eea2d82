import { broadcast_util } from '@tensorflow/tfjs-core';

/** How two shapes run against each other: an innermost run of `inner` elements in which each side steps by 1 or stands still, and the dimensions around it. */
export interface BroadcastPlan {
  readonly shape: number[];
  readonly inner: number;
  readonly aStep: number;
  readonly bStep: number;
  readonly rank: number;
  /** Sizes, steps of a, steps of b of the outer dimensions. */
  readonly dimensions: number[];
}

/** Merges neighbouring dimensions that broadcast alike, so that most pairs of shapes have none or one outer dimension. */
export function planBroadcast(aShape: number[], bShape: number[]): BroadcastPlan {
  const shape = broadcast_util.assertAndGetBroadcastShape(aShape, bShape);
  const merged: { size: number; a: boolean; b: boolean }[] = []; // innermost first; a, b: whether that side has the dimension
  for (let back = 1; back <= shape.length; back++) {
    const size = shape[shape.length - back] as number;
    if (size === 1) continue;
    const a = (aShape[aShape.length - back] ?? 1) !== 1;
    const b = (bShape[bShape.length - back] ?? 1) !== 1;
    const last = merged[merged.length - 1];
    if (last && last.a === a && last.b === b) last.size *= size;
    else merged.push({ size, a, b });
  }
  const [innermost = { size: 1, a: true, b: true }, ...outer] = merged;
  let aStride = innermost.a ? innermost.size : 1;
  let bStride = innermost.b ? innermost.size : 1;
  const steps = outer.map(({ size, a, b }) => {
    const step = { size, a: a ? aStride : 0, b: b ? bStride : 0 };
    if (a) aStride *= size;
    if (b) bStride *= size;
    return step;
  });
  steps.reverse();
  return {
    shape,
    inner: innermost.size,
    aStep: innermost.a ? 1 : 0,
    bStep: innermost.b ? 1 : 0,
    rank: steps.length,
    dimensions: [...steps.map((step) => step.size), ...steps.map((step) => step.a), ...steps.map((step) => step.b)],
  };
}

import type { Tensor } from '@tensorflow/tfjs-core';

/** |actual - expected| <= absolute + relative |expected|. */
export interface Tolerance {
  /** @default {1e-5} */
  readonly relative?: number;
  /** @default {1e-6} */
  readonly absolute?: number;
}

type Numbers = number | ArrayLike<number> | readonly unknown[] | Tensor;

/**
 * Fails unless every number is close to its counterpart. NaN equals nothing and an infinity only itself,
 * where tfjs's own helper takes NaN for infinity and 1e-4 for 2e-4.
 */
export async function expectClose(actual: Numbers, expected: Numbers, { relative = 1e-5, absolute = 1e-6 }: Tolerance = {}): Promise<void> {
  const [a, e] = [await flatten(actual), await flatten(expected)];
  if (a.length !== e.length) throw new Error(`expected ${e.length} numbers, found ${a.length}`);
  if (e.length === 0) throw new Error('expected at least one number to compare');
  let worst = -1;
  let worstExcess = 0;
  for (let i = 0; i < e.length; i++) {
    const [found, wanted] = [a[i] as number, e[i] as number];
    if (Object.is(found, wanted) && Number.isFinite(found)) continue;
    if (found === wanted) continue; // equal infinities, and 0 against -0
    const excess = Math.abs(found - wanted) / (absolute + relative * Math.abs(wanted));
    if (excess > 1 === false && !Number.isNaN(excess)) continue;
    if (worst < 0 || Number.isNaN(excess) || excess > worstExcess) {
      worst = i;
      worstExcess = excess;
    }
  }
  if (worst >= 0) throw new Error(`number ${worst} of ${e.length} is ${a[worst]}, expected ${e[worst]} (absolute ${absolute}, relative ${relative})`);
}

async function flatten(value: Numbers): Promise<ArrayLike<number>> {
  if (typeof value === 'number') return [value];
  if (isTensor(value)) return value.data();
  if (ArrayBuffer.isView(value)) return value as unknown as ArrayLike<number>; // flat already, as the largest are
  return (Array.from(value as ArrayLike<unknown>) as unknown[]).flat(Infinity) as number[];
}

function isTensor(value: unknown): value is Tensor {
  return typeof value === 'object' && value !== null && 'dataId' in value;
}

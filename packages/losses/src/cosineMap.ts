import { assertShape, runFusedKernel } from '@cxr-ifa/tensor';
import { customGrad, expandDims, mul, square, sub, sum, tidy, type GradSaveFunc, type Tensor, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import { inverseNorm } from './l2Normalise.ts';

const SHAPE = ['N', 'H', 'W', 'C'];

/**
 * The cosine over channels of two feature maps at each position: s = a.b / (|a| |b|), and 0 with gradient 0 where either vector is dead (|x|^2 below 1e-12).
 * Differentiable once, with respect to both maps.
 *
 * @param a A feature map, [N, H, W, C]; borrowed.
 * @param b The map to compare with, [N, H, W, C]; borrowed.
 * @returns The cosines from -1 to 1, [N, H, W]; they belong to the caller.
 * @throws {TypeError} If the maps are not of rank 4 and of one shape.
 *
 * @example
 * ```ts
 * const similarity = cosineMap(query.stages.layer4, key.stages.layer4);
 * ```
 *
 * @see Cho et al. 2024, doi 10.1007/s10278-024-01032-x
 */
export function cosineMap(a: Tensor4D, b: Tensor4D): Tensor3D {
  assertShape('compare feature maps', { a: [a, SHAPE], b: [b, SHAPE] });
  return tidy(() =>
    customGrad((x, y, save) => {
      const [left, right] = [x, y] as [Tensor4D, Tensor4D];
      const cosine = computeCosine(left, right);
      (save as GradSaveFunc)([left, right, cosine]);
      return {
        value: cosine,
        gradFunc: (dy, saved) => {
          const [savedLeft, savedRight, savedCosine] = saved as [Tensor4D, Tensor4D, Tensor3D];
          return [cosineGradient(dy, savedLeft, savedRight, savedCosine), cosineGradient(dy, savedRight, savedLeft, savedCosine)];
        },
      };
    })(a, b),
  ) as Tensor3D;
}

/** {@link cosineMap} with a constant `key`: the gradient of a key map as large as the query's is not worked out, and cannot flow. */
export function cosineToKey(query: Tensor4D, key: Tensor4D): Tensor3D {
  return tidy(() =>
    customGrad((x, save) => {
      const cosine = computeCosine(x as Tensor4D, key);
      (save as GradSaveFunc)([x as Tensor4D, key, cosine]);
      return {
        value: cosine,
        gradFunc: (dy, saved) => cosineGradient(dy, ...(saved as [Tensor4D, Tensor4D, Tensor3D])),
      };
    })(query),
  ) as Tensor3D;
}

function computeCosine(a: Tensor4D, b: Tensor4D): Tensor3D {
  const fused = runFusedKernel('CosineMap', { a, b }, {});
  if (fused) return fused[0] as Tensor3D;
  const dot = sum(mul(a, b), -1); // [N, H, W]
  return mul(dot, mul(inverseNorm(sum(square(a), -1)), inverseNorm(sum(square(b), -1)))) as Tensor3D;
}

/** ds/da = (b/|b| - s a/|a|) / |a|: written out, it takes three passes over the maps where the tape would take nine; fused, one. */
function cosineGradient(dy: Tensor, a: Tensor4D, b: Tensor4D, cosine: Tensor3D): Tensor4D {
  const fused = runFusedKernel('CosineMapGrad', { dy, a, b }, {});
  if (fused) return fused[0] as Tensor4D;
  return tidy(() => {
    const inverseA = inverseNorm(sum(square(a), -1));
    const inverseB = inverseNorm(sum(square(b), -1));
    const ofB = mul(dy, mul(inverseA, inverseB));
    const ofA = mul(dy, mul(cosine, square(inverseA)));
    return sub(mul(b, expandDims(ofB, -1)), mul(a, expandDims(ofA, -1))); // [N, H, W, C]
  });
}

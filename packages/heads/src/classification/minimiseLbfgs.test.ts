import { expectClose } from '@cxr-ifa/testing';
import { describe, expect, it } from 'vitest';
import { minimiseLbfgs, type Objective } from './minimiseLbfgs.ts';

/** (1 - x)^2 + 100 (y - x^2)^2: a curved valley, not convex, with its minimum 0 at (1, 1). */
const rosenbrock: Objective = (point, gradient) => {
  const [x, y] = point as unknown as [number, number];
  gradient[0] = -2 * (1 - x) - 400 * x * (y - x * x);
  gradient[1] = 200 * (y - x * x);
  return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
};

/** Half the sum of scale_i (x_i - i)^2. */
const quadratic =
  (scales: readonly number[]): Objective =>
  (point, gradient) => {
    scales.forEach((scale, i) => (gradient[i] = scale * ((point[i] as number) - i)));
    return scales.reduce((sum, scale, i) => sum + (scale / 2) * ((point[i] as number) - i) ** 2, 0);
  };

describe('minimiseLbfgs', () => {
  it('finds the end of a curved valley', async () => {
    const point = Float64Array.of(-1.2, 1);
    const { value, iterations, converged } = minimiseLbfgs(rosenbrock, point, { tolerance: 1e-10, maxIterations: 200 });
    expect(converged).toBe(true);
    expect(iterations).toBeLessThan(60); // steepest descent needs thousands
    expect(value).toBeLessThan(1e-18);
    await expectClose(point, [1, 1], { relative: 1e-9 });
  });

  it('finds the minimum of a quadratic whose curvatures lie a million apart', async () => {
    const scales = Array.from({ length: 13 }, (_, i) => 10 ** (i / 2 - 3));
    const point = new Float64Array(13).fill(-50);
    expect(minimiseLbfgs(quadratic(scales), point, { tolerance: 1e-9, maxIterations: 500 }).converged).toBe(true);
    await expectClose(point, scales.map((_, i) => i), { absolute: 1e-5 });
  });

  it('does not depend on the scale of the problem', async () => {
    for (const factor of [1e-6, 1e6]) {
      const point = new Float64Array(4).fill(9);
      const scaled = quadratic([factor, 2 * factor, 3 * factor, 4 * factor]);
      expect(minimiseLbfgs(scaled, point, { tolerance: 1e-9 * factor, maxIterations: 100 }).converged).toBe(true);
      await expectClose(point, [0, 1, 2, 3], { absolute: 1e-7 });
    }
  });

  it('stays where it starts when that is the minimum', () => {
    const point = Float64Array.of(0, 1);
    expect(minimiseLbfgs(quadratic([1, 1]), point, { tolerance: 1e-9, maxIterations: 10 })).toEqual({ value: 0, iterations: 0, converged: true });
    expect(point).toEqual(Float64Array.of(0, 1));
  });

  it('says so when it did not converge: too few iterations, no minimum, no number', () => {
    expect(minimiseLbfgs(rosenbrock, Float64Array.of(-1.2, 1), { tolerance: 1e-10, maxIterations: 3 })).toMatchObject({ iterations: 3, converged: false });
    const falling: Objective = (point, gradient) => {
      gradient[0] = -1;
      return -(point[0] as number);
    };
    expect(minimiseLbfgs(falling, Float64Array.of(0), { tolerance: 1e-10, maxIterations: 100 }).converged).toBe(false);
    const broken: Objective = (_, gradient) => {
      gradient.fill(NaN);
      return NaN;
    };
    expect(minimiseLbfgs(broken, Float64Array.of(0), { tolerance: 1e-10, maxIterations: 100 }).converged).toBe(false);
  });
});

import { runReadme } from '@cxr-ifa/testing';
import { expect, it } from 'vitest';

it('runs the README example', async () => {
  const { result } = (await runReadme(new URL('..', import.meta.url))) as { result: { discriminatorLoss: number; r1: number; shape: number[] } };
  expect(result.shape).toEqual([3, 8, 8, 1]);
  expect(result.discriminatorLoss).toBeGreaterThan(0);
  expect(result.r1).toBeGreaterThanOrEqual(0);
});

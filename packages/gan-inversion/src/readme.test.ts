import { runReadme } from '@cxr-ifa/testing';
import { expect, it } from 'vitest';

it('runs the README example', async () => {
  const { result } = (await runReadme(new URL('..', import.meta.url))) as { result: { shape: number[]; loss: number; reconstructed: number[] } };
  expect(result.shape).toEqual([2, 4, 4]);
  expect(result.reconstructed).toEqual([2, 8, 8, 1]);
  expect(result.loss).toBeGreaterThan(0);
});

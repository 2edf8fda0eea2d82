import { runReadme } from '@cxr-ifa/testing';
import { expect, it } from 'vitest';

it('runs the README example', async () => {
  const { loss, found } = (await runReadme(new URL('../..', import.meta.url), 2)) as { loss: number; found: unknown[] };
  expect(loss).toBeGreaterThan(0);
  expect(Number.isFinite(loss)).toBe(true);
  expect(found).toHaveLength(3);
});

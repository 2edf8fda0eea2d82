import { runReadme } from '@cxr-ifa/testing';
import { expect, it } from 'vitest';
import { parseLinearProbe, type LinearProbe } from './index.ts';

it('runs the README example', async () => {
  const { probabilities, indices, json } = (await runReadme(new URL('../..', import.meta.url))) as { probabilities: Float64Array; indices: Int32Array; json: string };
  const mean = (values: Float64Array): number => values.reduce((a, b) => a + b) / values.length;
  expect(mean(probabilities.filter((_, image) => image % 3 === 0))).toBeGreaterThan(mean(probabilities.filter((_, image) => image % 3 !== 0)) + 0.1);
  expect(Array.from({ length: 48 }, (_, image) => indices[4 * image])).toEqual(Array.from({ length: 48 }, (_, image) => image));
  expect(parseLinearProbe(json).findings[0]?.classifier?.converged).toBe(true);
});

it('runs the README example of fine-tuning', async () => {
  const { head } = (await runReadme(new URL('../..', import.meta.url), 1)) as { head: LinearProbe };
  expect(head.findings.map(({ name, classifier }) => [name, classifier?.weights.length])).toEqual([['Square', 16]]);
});

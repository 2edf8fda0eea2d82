import { readmeExamples } from '@cxr-ifa/testing';
import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { PhantomImage } from './index.ts';

const examples = readmeExamples(new URL('../README.md', import.meta.url));

/** Runs an example as a user would, and returns what it exports. */
async function run(index: number): Promise<Record<string, unknown>> {
  mkdirSync(new URL('../.reports/', import.meta.url), { recursive: true });
  const file = new URL(`../.reports/readme-${index}.ts`, import.meta.url);
  writeFileSync(file, examples[index] as string);
  return (await import(/* @vite-ignore */ file.pathname)) as Record<string, unknown>;
}

it('README: one image with the findings asked for', async () => {
  const { image, findings, boxes, masks } = (await run(0)) as unknown as PhantomImage;
  expect(image.data.length).toBe(256 * 256);
  expect(findings).toEqual({ nodule: 1, consolidation: 0, effusion: 1, cardiomegaly: 0, pneumothorax: 0 });
  expect(new Set(boxes.map(({ finding }) => finding))).toEqual(new Set(['nodule', 'effusion']));
  expect(masks.effusion).toContain(1);
});

it('README: a set of patients', async () => {
  const { patients, normal } = await run(1);
  expect((patients as Set<string>).size).toBeGreaterThan(6);
  expect((patients as Set<string>).size).toBeLessThan(20);
  expect(normal).toBeGreaterThan(4);
  expect(examples).toHaveLength(2);
});

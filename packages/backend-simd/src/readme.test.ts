import { readmeExamples } from '@cxr-ifa/testing';
import { removeBackend, setBackend } from '@tensorflow/tfjs-core';
import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';

afterAll(async () => {
  await setBackend('cpu');
  removeBackend('simd');
});

it('the README example trains', async () => {
  const [example] = readmeExamples(new URL('../README.md', import.meta.url));
  const file = new URL('../.reports/readmeExample.ts', import.meta.url);
  mkdirSync(new URL('./', file), { recursive: true });
  writeFileSync(file, example as string);
  const { report } = (await import(file.pathname)) as { report: unknown };
  expect(report).toEqual({ threads: 2, notice: undefined, shapes: [[8, 32, 32, 16], [3, 3, 16, 32]] });
});

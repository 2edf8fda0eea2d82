import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createRng } from '@cxr-ifa/tensor';
import { readmeExamples } from '@cxr-ifa/testing';
import { beforeAll, expect, it, vi } from 'vitest';
import type { Augmentation } from './index.ts';

const folder = new URL('../.reports/', import.meta.url);
const example = (index: number): string => fileURLToPath(new URL(`readme-${index}.ts`, folder));

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  for (const [index, code] of readmeExamples(new URL('../README.md', import.meta.url)).entries()) writeFileSync(example(index), code);
});

it('runs the views of the README', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  await import(/* @vite-ignore */ example(0));
  expect(log.mock.calls).toEqual([[64 * 64, [expect.any(Number), expect.any(Number)], 6]]);
  log.mockRestore();
});

it('runs the steps of the README', async () => {
  const { augment } = (await import(/* @vite-ignore */ example(1))) as { augment: Augmentation };
  const image = { data: new Float32Array(64).fill(0.5), width: 8, height: 8, range: [0, 1] } as const;
  expect(augment(image, createRng(1)).image.data.length).toBe(64);
});

import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readmeExamples } from '@cxr-ifa/testing';
import { expect, it, vi } from 'vitest';

it('runs the example of the README', async () => {
  const path = fileURLToPath(new URL('../.reports/readme.ts', import.meta.url));
  mkdirSync(new URL('../.reports/', import.meta.url), { recursive: true });
  writeFileSync(path, readmeExamples(new URL('../README.md', import.meta.url))[0] as string);
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  await import(/* @vite-ignore */ path);
  expect(log.mock.calls).toEqual([['pt', [8, 1, 3, 3], [3, 3, 1, 8]]]);
  log.mockRestore();
});

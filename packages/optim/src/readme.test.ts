import { mkdirSync, writeFileSync } from 'node:fs';
import { expectClose, readmeExamples } from '@cxr-ifa/testing';
import { describe, expect, it, vi } from 'vitest';

describe('README', () => {
  it('shows a loop that finds its target', async () => {
    const examples = readmeExamples(new URL('../README.md', import.meta.url));
    expect(examples).toHaveLength(1);
    const folder = new URL('../.reports/', import.meta.url);
    mkdirSync(folder, { recursive: true });
    const file = new URL('readme.ts', folder);
    writeFileSync(file, examples[0] as string);
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    try {
      await import(/* @vite-ignore */ file.pathname);
      expect(log).toHaveBeenCalledTimes(1);
      await expectClose(log.mock.calls[0]?.[0] as Float32Array, [1, 2], { absolute: 1e-3 });
    } finally {
      log.mockRestore();
    }
  });
});

import { mkdirSync, writeFileSync } from 'node:fs';
import { readmeExamples } from '@cxr-ifa/testing';
import { describe, expect, it, vi } from 'vitest';

describe('README', () => {
  const examples = readmeExamples(new URL('../README.md', import.meta.url));
  mkdirSync(new URL('../.reports/', import.meta.url), { recursive: true });
  /** Runs an example as a user would, and returns what it logs. */
  async function run(index: number): Promise<unknown[][]> {
    const file = new URL(`../.reports/readme-${index}.ts`, import.meta.url);
    writeFileSync(file, examples[index] as string);
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    try {
      await import(/* @vite-ignore */ file.pathname);
      return log.mock.calls;
    } finally {
      log.mockRestore();
    }
  }

  it('shows a loss that an untrained encoder has', async () => {
    const logged = new Map((await run(0)) as [string, number][]);
    expect(logged.get('loss')).toBeGreaterThan(Math.log(257));
    expect(logged.get('top-1 accuracy')).toBeLessThanOrEqual(0.5);
    expect(logged.get('mean cosine after layer4')).toBeGreaterThan(0.1);
  });

  it('shows what alignment does', async () => {
    const logged = new Map((await run(1)) as [string, number][]);
    expect(logged.get('aligned')).toBeLessThan(1e-6);
    expect(logged.get('positions that count')).toBe(0.75);
    expect(logged.get('as they lie')).toBeGreaterThan(0.1);
  });

  it('shows terms of one\'s own', async () => {
    expect(await run(2)).toEqual([['layer1 to 1, layer4 to 1, layer2 to 1']]);
  });

  it('shows what to compare IFA with', async () => {
    const logged = await run(3);
    const values = new Map(logged as [string, number][]);
    expect(logged.map(([name]) => name)).toEqual(['ifa', 'mse', 'barlow', 'vicReg', 'dense']);
    expect([...values.values()].every((value) => value > 0 && Number.isFinite(value))).toBe(true);
    expect(logged.at(-1)).toEqual(['dense', expect.any(Number), 'keys to enqueue', [8, 16]]);
    expect(examples).toHaveLength(4);
  });
});

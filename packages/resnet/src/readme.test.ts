import { runReadme } from '@cxr-ifa/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';

describe('README', () => {
  afterEach(() => vi.restoreAllMocks());

  it('runs the example that encodes', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    await runReadme(new URL('..', import.meta.url), 0);
    expect(log.mock.calls[0]).toEqual([[2, 64], [2, 2, 2, 64]]);
    expect([log.mock.calls[1], log.mock.calls.at(-1)]).toEqual([['stem', 8, 2], ['layer4', 64, 32]]);
  });

  it('runs the example that trains', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    await runReadme(new URL('..', import.meta.url), 1);
    expect(log.mock.calls).toEqual([[expect.any(Number), 60, 40]]);
    expect(log.mock.calls[0]?.[0]).toBeGreaterThan(0);
  });
});

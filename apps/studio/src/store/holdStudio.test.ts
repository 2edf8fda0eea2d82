import { afterEach, describe, expect, it, vi } from 'vitest';
import { holdStudio } from './holdStudio.ts';

type Hold = () => Promise<unknown>;

/** Locks as browsers have them, of one name. */
function fakeLocks(): void {
  let lose: ((error: Error) => void) | undefined;
  vi.stubGlobal('navigator', {
    locks: {
      query: async () => ({ held: lose ? [{ name: 'cxr-ifa-studio' }] : [] }),
      request: (_: string, { steal, signal }: { steal?: boolean; signal?: AbortSignal }, hold: Hold) =>
        new Promise((resolve, reject) => {
          if (lose && !steal) return signal?.addEventListener('abort', () => reject(signal.reason as Error));
          lose?.(new DOMException('stolen', 'AbortError'));
          lose = reject;
          hold().then(resolve, reject);
        }),
    },
  });
}

describe('holdStudio', () => {
  afterEach(() => void vi.unstubAllGlobals());

  it('lets one window in, tells another to wait, and the first when it was taken', async () => {
    fakeLocks();
    const lost = vi.fn();
    expect(await holdStudio({ take: false, onLost: lost })).toBe(true);
    expect(await holdStudio({ take: false, onLost: lost })).toBe(false);
    expect(lost).not.toHaveBeenCalled();
    expect(await holdStudio({ take: true, onLost: () => undefined })).toBe(true);
    await vi.waitFor(() => expect(lost).toHaveBeenCalledOnce());
  });

  it('waits for a browser that is only slow', async () => {
    const asked = vi.fn();
    vi.stubGlobal('navigator', {
      locks: {
        query: async () => ({ held: [{ name: 'of another page' }] }),
        request: (_: string, __: unknown, hold: Hold) => {
          asked();
          return asked.mock.calls.length < 3 ? Promise.reject(new DOMException('not yet', 'TimeoutError')) : hold();
        },
      },
    });
    expect(await holdStudio({ take: false, onLost: () => undefined })).toBe(true);
    expect(asked).toHaveBeenCalledTimes(3);
  });

  it('says what went wrong where the browser refuses', async () => {
    vi.stubGlobal('navigator', { locks: { request: () => Promise.reject(new DOMException('no storage', 'SecurityError')) } });
    await expect(holdStudio({ take: false, onLost: () => undefined })).rejects.toThrow('no storage');
  });
});

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer } from '../serve.mjs';

describe('startServer', () => {
  const sent: [path: string, bytes: number][] = [];
  let server: Awaited<ReturnType<typeof startServer>>;
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-serve-'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html>');
    server = await startServer({ folder, onSent: (path, bytes) => sent.push([path, bytes]) });
  });
  afterAll(() => server.close());

  it('serves the page with its policy', async () => {
    const response = await fetch(server.url);
    expect([response.status, await response.text()]).toEqual([200, '<!doctype html>']);
    expect(sent.map(([path, bytes]) => [path, bytes > 0])).toEqual([['/index.html', true]]);
    expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
  });

  it('survives addresses that are none, and shows nothing outside its folder', async () => {
    for (const path of ['%', '%E0%A4%A', '..%2f..%2fetc%2fpasswd', 'absent.js']) expect([path, (await fetch(`${server.url}${path}`)).status]).toEqual([path, 404]);
    expect((await fetch(server.url)).status).toBe(200);
  });
});

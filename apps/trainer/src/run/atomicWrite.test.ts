import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { atomicWrite } from './atomicWrite.ts';

const folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('replaces a file whole and leaves nothing beside it', async () => {
  const path = join(folder, 'latest');
  await atomicWrite(path, 'a longer first text');
  await atomicWrite(path, new TextEncoder().encode('second'));
  expect(readFileSync(path, 'utf8')).toBe('second');
  expect(readdirSync(folder)).toEqual(['latest']);
  await expect(atomicWrite(join(folder, 'missing', 'file'), '')).rejects.toThrow('ENOENT');
  // a folder is in the way: the rename fails, and the temporary file goes
  const { mkdirSync } = await import('node:fs');
  mkdirSync(join(folder, 'taken', 'inside'), { recursive: true });
  await expect(atomicWrite(join(folder, 'taken'), '')).rejects.toThrow();
  expect(readdirSync(folder).sort()).toEqual(['latest', 'taken']);
});

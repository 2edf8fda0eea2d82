import { describe, expect, it } from 'vitest';
import { collectEntries } from './collectFiles.ts';

type Entry = FileSystemEntry;
const file = (path: string): Entry => ({ isFile: true, fullPath: path, file: (resolve: (file: File) => void) => resolve(new File([], path)) }) as unknown as Entry;
const unreadable = (path: string): Entry => ({ isFile: true, fullPath: path, file: (_: unknown, reject: (error: Error) => void) => reject(new Error('no permission')) }) as unknown as Entry;
/** A folder that tells its children two at a time. */
const folder = (path: string, children: readonly Entry[]): Entry => {
  const rest = [...children];
  return { isFile: false, fullPath: path, createReader: () => ({ readEntries: (resolve: (part: Entry[]) => void) => resolve(rest.splice(0, 2)) }) } as unknown as Entry;
};

describe('collectEntries', () => {
  it('finds all files of all folders but those of no image, and names what cannot be read without losing the rest', async () => {
    const { files, bad } = await collectEntries([folder('/a', [file('/a/1.png'), unreadable('/a/2.png'), file('/a/Thumbs.db'), folder('/a/b', [file('/a/b/3.dcm')])]), file('/4.png')]);
    expect(files.map(({ path }) => path)).toEqual(['a/1.png', 'a/b/3.dcm', '4.png']);
    expect(bad).toEqual([{ path: 'a/2.png', reason: 'Cannot read it: no permission' }]);
  });
});

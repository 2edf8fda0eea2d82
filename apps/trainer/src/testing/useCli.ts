import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { runCli, type CliResult } from './runCli.ts';

/** The built program in a folder of its own. */
export interface CliInFolder {
  readonly folder: string;
  /** The path of something in the folder. */
  inside(...names: string[]): string;
  /** The text of a file in the folder. */
  read(...names: string[]): string;
  /** Runs the program, however it ends. */
  cli(...args: string[]): Promise<CliResult>;
  /** Runs it to a good end with nothing on standard error; gives what it printed. */
  run(...args: string[]): Promise<string>;
  /** Runs it to a good end, whatever it warns of; gives what it printed. */
  succeed(...args: string[]): Promise<string>;
}

/** Makes a folder for the tests of a file, which is gone when they are done. */
export function useCli(): CliInFolder {
  const folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const inside = (...names: string[]): string => join(folder, ...names);
  const cli = (...args: string[]): Promise<CliResult> => runCli(args, folder);
  return {
    folder,
    inside,
    read: (...names) => readFileSync(inside(...names), 'utf8'),
    cli,
    async run(...args) {
      const { code, stdout, stderr } = await cli(...args);
      expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
      return stdout;
    },
    async succeed(...args) {
      const { code, stdout, stderr } = await cli(...args);
      expect(stderr.split('\n').filter((line) => line.startsWith('Cannot'))).toEqual([]);
      expect(code).toBe(0);
      return stdout;
    },
  };
}

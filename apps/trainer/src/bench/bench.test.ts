import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from '../testing/runCli.ts';

const folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('cxr-ifa bench --parity', () => {
  it('takes the same steps twice alike, and writes what it found', async () => {
    const { code, stdout } = await runCli(['bench', '--parity', '--on', 'simd', '--on', 'simd', '--steps', '2', '--out', 'parity.json'], folder);
    expect(code).toBe(0);
    expect(stdout).toContain('The losses of the first 2 steps agree within 0.0001 of their size');
    const { outcomes } = JSON.parse(readFileSync(join(folder, 'parity.json'), 'utf8')) as { outcomes: { losses: number[] }[] };
    expect(outcomes).toHaveLength(2);
    expect(outcomes[1]?.losses).toEqual(outcomes[0]?.losses);
    expect(outcomes[0]?.losses.every((loss) => loss > 0)).toBe(true);
  });

  it('fails where a place that was asked for is not there, and names what it does not know', async () => {
    const absent = await runCli(['bench', '--parity', '--on', 'simd', '--on', 'node', '--steps', '1'], folder);
    expect([absent.code, absent.stderr]).toEqual([1, expect.stringMatching(/^Cannot rely on every place as node could not run \(Cannot use the backend node as @tensorflow\/tfjs-node is not installed/)]);
    expect((await runCli(['bench', '--parity', '--on', 'moon'], folder)).code).toBe(2);
    expect(await runCli(['bench'], folder)).toMatchObject({ code: 2, stderr: 'Cannot run bench without what to measure: give --parity\n' });
  });
});

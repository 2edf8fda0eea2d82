import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readmeExamples } from '@cxr-ifa/testing';
import { beforeAll, expect, it, vi } from 'vitest';
import dicom from '../golden/dicom.json' with { type: 'json' };
import golden from '../golden/images.json' with { type: 'json' };

const folder = new URL('../.reports/', import.meta.url);
const example = (index: number): string => fileURLToPath(new URL(`readme-${index}.ts`, folder));

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  for (const [index, code] of readmeExamples(new URL('../README.md', import.meta.url)).entries()) writeFileSync(example(index), code);
});

it('runs the records of the README', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  await import(/* @vite-ignore */ example(0));
  expect(log.mock.calls).toEqual([
    [4, [{ reason: 'hospital is not north', count: 1 }]],
    [Float32Array.of(1, 1, 0, 0, 0, 1), Uint8Array.of(1, 1, 1, 1, 1, 1), { positive: 2, negative: 1, uncertain: 0, unmentioned: 0 }],
  ]);
  log.mockRestore();
});

it('runs the image of the README', async () => {
  const { read } = (await import(/* @vite-ignore */ example(1))) as { read(path: URL): Promise<{ width: number; height: number }> };
  const file = new URL('readme.png', folder);
  writeFileSync(file, Buffer.from((golden.png[0] as { base64: string }).base64, 'base64'));
  expect(await read(file)).toMatchObject({ width: golden.width, height: golden.height });
});

it('runs the DICOM of the README', async () => {
  const { describe } = (await import(/* @vite-ignore */ example(2))) as { describe(bytes: Uint8Array, path: string): Promise<unknown> };
  const { base64 } = dicom.synthetic.find(({ name }) => name === 'padding, MONOCHROME1 and window') as { base64: string };
  const described = await describe(Uint8Array.from(Buffer.from(base64, 'base64')), 'a.dcm');
  expect(described).toEqual({ width: 8, height: 6, range: [0, 4095], bits: 12, voi: 'LINEAR', padded: true, view: undefined, sex: undefined, age: undefined, known: false });
});

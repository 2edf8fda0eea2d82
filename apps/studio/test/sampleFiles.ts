import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { phantomSet } from '@cxr-ifa/phantom';
import { createRng } from '@cxr-ifa/tensor';
import { encode } from 'fast-png';

/** Where real radiographs lie, where there are any: beside the repository. */
const DATA = resolve(import.meta.dirname, '../../../../shared/data');

export const hasRealFiles: boolean = existsSync(join(DATA, 'cxr-real', 'labels.csv'));

/** Files for the studio, by what must become of them. */
export interface SampleFiles {
  readonly good: readonly string[];
  readonly bad: readonly string[];
  /** Two files of one image in different formats. */
  readonly twins?: readonly [string, string];
}

/** Real files of every kind, where they are there; phantoms otherwise. */
export function sampleFiles(): SampleFiles {
  return hasRealFiles ? realFiles() : phantomFiles();
}

function realFiles(): SampleFiles {
  const some = (folder: string, count: number): string[] => readdirSync(join(DATA, folder), { withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => name).sort().slice(0, count).map((name) => join(DATA, folder, name));
  const dicom = (...names: string[]): string[] => names.map((name) => join(DATA, 'dicom', name));
  const twins = dicom('derived/nih8-explicit-le.dcm', 'derived/nih8-jpegls.dcm') as [string, string];
  return {
    good: [...some('cxr-real/nih256', 8), ...some('cxr-real/hannover256', 4), ...some('cxr-real/kermany224/train/NORMAL', 3), ...some('cxr-real/kermany224/train/PNEUMONIA', 3), ...dicom('real/nih-dx-test1.dcm', 'real/siim-cr-jpeg-baseline.dcm', 'derived/cr10-j2k-lossless.dcm'), ...twins],
    bad: dicom('malformed/empty.dcm', 'malformed/html-named-dcm.dcm', 'malformed/truncated-pixels.dcm'),
    twins,
  };
}

function phantomFiles(): SampleFiles {
  const folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-studio-'));
  const good = [...phantomSet({ rng: createRng(3), count: 22, size: 64 })].map(({ name, image }) => {
    const path = join(folder, `${name}.png`);
    writeFileSync(path, encode({ width: image.width, height: image.height, channels: 1, depth: 8, data: Uint8Array.from(image.data) }));
    return path;
  });
  const bad = ['empty.png', 'no-image.dcm'].map((name, index) => {
    const path = join(folder, name);
    writeFileSync(path, 'no image'.repeat(index));
    return path;
  });
  return { good, bad };
}

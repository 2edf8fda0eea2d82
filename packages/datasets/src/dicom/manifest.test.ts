import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { isInputError } from '@cxr-ifa/tensor';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../index.ts';
import { describePixels } from './describePixels.ts';
import { readDicomFile } from './readDicomFile.ts';
import { storedSamples, storedValue } from './storedSamples.ts';

const FOLDER = new URL('../../../../../shared/data/dicom/', import.meta.url);
const present = existsSync(FOLDER);

interface Case {
  readonly file: string;
  readonly what: string;
  readonly stored_sha256_le16?: string;
}
const cases: Case[] = present ? (JSON.parse(readFileSync(new URL('manifest.json', FOLDER), 'utf8')) as Case[]) : [];
const read = (file: string): Uint8Array => Uint8Array.from(readFileSync(new URL(file, FOLDER)));

/** The hash of the stored samples as little-endian 16-bit integers. */
async function storedHash(bytes: Uint8Array): Promise<string> {
  const file = await readDicomFile(bytes, { maximumLength: 2 ** 26 });
  const description = describePixels(file.dataSet, 1e7);
  const samples = await storedSamples(file, description, 0);
  const values = Int16Array.from(samples.cells, (cell) => storedValue(samples, cell));
  return createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex');
}

describe.skipIf(!present)('the DICOM cases of ../shared/data (skipped where they are absent)', () => {
  const decodable = cases.filter((entry) => entry.stored_sha256_le16 !== undefined);
  const others = cases.filter((entry) => entry.stored_sha256_le16 === undefined);

  it('are those that were counted on', () => expect([decodable.length, others.length]).toEqual([24, 17]));

  it.each(decodable)('$file decodes to its stored samples: $what', async ({ file, stored_sha256_le16 }) => {
    const bytes = read(file);
    expect(await storedHash(bytes)).toBe(stored_sha256_le16);
    const { data, range, width, height } = await decodeImage(bytes);
    expect(data.length).toBe(width * height);
    expect(data.every((value) => value >= range[0] && value <= range[1])).toBe(true);
  });

  it('gives one sentence for each of the others', async () => {
    const sentences: Record<string, string> = {};
    for (const { file } of others) {
      const refusal = await decodeImage(read(file)).then(
        () => 'decoded',
        (error: unknown) => {
          if (!isInputError(error)) throw error;
          return (error as Error).message;
        },
      );
      expect(refusal).toMatch(/^Cannot .* as .*[^.\n]$/);
      sentences[file] = refusal;
    }
    expect(sentences).toMatchInlineSnapshot(`
      {
        "malformed/bits-inconsistent.dcm": "Cannot decode the DICOM as its bits contradict one another: 10 stored up to bit 9 of 8 allocated",
        "malformed/empty.dcm": "Cannot decode the image as the file is empty",
        "malformed/html-named-dcm.dcm": "Cannot decode the image as its bytes are neither PNG, JPEG nor DICOM: the file is no image, or of a kind that is not supported",
        "malformed/jpeg-bitstream-corrupt.dcm": "Cannot decode the DICOM as its JPEG data are truncated or corrupt: Unsupported marker type 0xa1",
        "malformed/magic-then-noise.dcm": "Cannot read the DICOM as the element at byte 140 ends outside the file: it is truncated or corrupt",
        "malformed/no-pixel-data.dcm": "Cannot decode the DICOM as it holds no pixel data",
        "malformed/pixel-data-too-short.dcm": "Cannot decode the DICOM as its pixel data must have 24200 bytes: current length is 23200",
        "malformed/pixel-length-overrun.dcm": "Cannot read the DICOM as its element (7fe0,0010) ends outside the file: it is truncated or corrupt",
        "malformed/pydicom-badVR.dcm": "Cannot decode the DICOM as its samples must be allocated 8 or 16 bits: current value is 32",
        "malformed/pydicom-meta_missing_tsyntax.dcm": "Cannot read the DICOM as every element must name its value representation: the one at byte 202 names none, the file is corrupt",
        "malformed/pydicom-no_meta_group_length.dcm": "Cannot decode the DICOM as it holds no pixel data",
        "malformed/pydicom-rtplan_truncated.dcm": "Cannot read the DICOM as the element at byte 1418 ends outside the file: it is truncated or corrupt",
        "malformed/rows-zero.dcm": "Cannot decode the DICOM as its width and height must be positive: current size is 110x0",
        "malformed/truncated-header.dcm": "Cannot read the DICOM as the element at byte 300 ends outside the file: it is truncated or corrupt",
        "malformed/truncated-pixels.dcm": "Cannot read the DICOM as its element (7fe0,0010) ends outside the file: it is truncated or corrupt",
        "real/cr-chest-32px-japanese.dcm": "Cannot decode the DICOM as it holds no pixel data",
        "real/rtplan-no-image.dcm": "Cannot decode the DICOM as it holds no pixel data",
      }
    `);
  });
});

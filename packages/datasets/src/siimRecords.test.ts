import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRunLength, siimRecords } from './index.ts';

// The header's blank is the publisher's; the masks are made up: 3 x 4 pixels (width x height), column by column
const RLE = `ImageId, EncodedPixels
1.2.840.1, -1
1.2.840.2,1 2 3 2
1.2.840.2,9 3
`;

/** A mask's relative runs, column by column, by a loop of its own. */
function encode(mask: ArrayLike<number>, width: number, height: number): string {
  const columns = Array.from({ length: width * height }, (_, pixel) => mask[(pixel % height) * width + Math.floor(pixel / height)]);
  const numbers: number[] = [];
  let [skipped, run] = [0, 0];
  for (const value of [...columns, 0]) {
    if (value) run++;
    else {
      if (run > 0) {
        numbers.push(skipped, run);
        [skipped, run] = [0, 0];
      }
      skipped++;
    }
  }
  return numbers.length === 0 ? '-1' : numbers.join(' ');
}

describe('decodeRunLength', () => {
  it('skips and fills column by column, relative to the last run', () => {
    // 1 skipped, 2 in the mask (rows 1 and 2 of column 0), 3 skipped, 2 in the mask (rows 2 and 3 of column 1)
    expect([...decodeRunLength('1 2 3 2', 3, 4)]).toEqual([0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0]);
    expect([...decodeRunLength(' -1', 3, 4)]).toEqual(Array(12).fill(0));
  });

  it('is the inverse of encoding', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.infiniteStream(fc.boolean()), (width, height, stream) => {
        const mask = Uint8Array.from({ length: width * height }, () => Number(stream.next().value));
        expect(decodeRunLength(encode(mask, width, height), width, height)).toEqual(mask);
      }),
    );
  });

  it('refuses other text, runs beyond the image, and sizes that are none, before it allocates', () => {
    expect(() => decodeRunLength('1 2 3', 3, 4)).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot decode a mask as it must be of pairs: current number of values is 3]`);
    expect(() => decodeRunLength('1 12', 3, 4)).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot decode a mask as its runs must end within 12 pixels: run 1 ends at 13]`);
    expect(() => decodeRunLength('0 1e9', 3, 4)).toThrow('whole numbers');
    expect(() => decodeRunLength('', 3, 4)).toThrow('current value is blank');
    expect(() => decodeRunLength(`0 ${'9'.repeat(400)}`, 3, 4)).toThrow('run 1 ends at Infinity');
    expect(() => decodeRunLength('-1', 1e6, 1e6)).toThrow(RangeError);
  });
});

describe('siimRecords', () => {
  it('gives a box around each mask', () => {
    const { records, findings } = siimRecords(RLE, { size: [3, 4] });
    expect(findings).toEqual(['Pneumothorax']);
    expect(records).toEqual([
      { path: '1.2.840.1', findings: { Pneumothorax: 0 }, boxes: [] },
      { path: '1.2.840.2', findings: { Pneumothorax: 1 }, boxes: [{ finding: 'Pneumothorax', box: [0, 1, 2, 3] }, { finding: 'Pneumothorax', box: [2, 1, 1, 3] }] },
    ]);
  });

  it("gives the box of the mask's own pixels", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }), fc.infiniteStream(fc.boolean()), (width, height, stream) => {
        const mask = Uint8Array.from({ length: width * height }, () => Number(stream.next().value));
        const pixels = [...mask.keys()].filter((pixel) => mask[pixel]);
        const [xs, ys] = [pixels.map((pixel) => pixel % width), pixels.map((pixel) => Math.floor(pixel / width))];
        const [left, top] = [Math.min(...xs), Math.min(...ys)];
        const { boxes } = siimRecords(`ImageId, EncodedPixels\na, ${encode(mask, width, height)}\n`, { size: [width, height] }).records[0] as { boxes: unknown };
        expect(boxes).toEqual(pixels.length === 0 ? [] : [{ finding: 'Pneumothorax', box: [left, top, Math.max(...xs) - left + 1, Math.max(...ys) - top + 1] }]);
      }),
    );
  });

  it('refuses hostile rows by row', () => {
    expect(() => siimRecords(RLE)).not.toThrow();
    expect(() => siimRecords(RLE.replace('9 3', '9 4'), { size: [3, 4] })).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot read the mask of row 4 as its runs must end within 12 pixels: run 1 ends at 13]`);
    expect(() => siimRecords(RLE.replace('9 3', '9 0'))).toThrow('Cannot read the mask of row 4 as it must hold a pixel, or be -1');
    expect(() => siimRecords(RLE.replace('9 3', '-1'))).toThrow('Cannot read row 4 as an image without a mask must have one row, and none with a mask: current image is 1.2.840.2');
    expect(() => siimRecords('ImageId,Pixels\na,1')).toThrow('Cannot read column EncodedPixels');
  });
});

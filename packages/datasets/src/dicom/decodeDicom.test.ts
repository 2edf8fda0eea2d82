import { existsSync, readFileSync } from 'node:fs';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { isInputError } from '@cxr-ifa/tensor';
import { expectClose } from '@cxr-ifa/testing';
import { describe, expect, it } from 'vitest';
import golden from '../../golden/dicom.json' with { type: 'json' };
import { decodeDicom, decodeImage, detectFormat, dicomRecord, type DecodeDicomOptions, type DicomImage } from '../index.ts';

interface GoldenCase {
  readonly name: string;
  readonly base64: string;
  readonly step: number;
  readonly values: number[];
  readonly range: number[];
  readonly tolerance: number;
  readonly padding?: number[];
  readonly voi?: string;
  readonly frame?: number;
}
const cases = golden.synthetic as GoldenCase[];
const bytesOf = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'));
const fileOf = (name: string): Uint8Array => bytesOf((cases.find((entry) => entry.name === name) as GoldenCase).base64);

/** An element in explicit little endian. */
function element(tag: number, vr: string, value: Uint8Array | string | number[], length?: number): Buffer {
  const body = typeof value === 'string' ? Buffer.from(value.padEnd(value.length + (value.length % 2)), 'latin1') : Array.isArray(value) ? Buffer.from(Uint16Array.from(value).buffer) : Buffer.from(value);
  const long = /^(OB|OW|SQ|UN)$/.test(vr);
  const header = Buffer.alloc(long ? 12 : 8);
  header.writeUInt16LE(tag >>> 16, 0);
  header.writeUInt16LE(tag & 0xffff, 2);
  header.write(vr, 4, 'latin1');
  if (long) header.writeUInt32LE(length ?? body.length, 8);
  else header.writeUInt16LE(length ?? body.length, 6);
  return Buffer.concat([header, body]);
}

const EXPLICIT = '1.2.840.10008.1.2.1';
function file(elements: readonly Uint8Array[], transferSyntax = EXPLICIT): Uint8Array {
  return Uint8Array.from(Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), element(0x00020010, 'UI', transferSyntax), ...elements]));
}

/** The elements of a 2x2 image of 16 bits, some of them replaced, some left out. */
function image(changes: Readonly<Record<number, Buffer | undefined>> = {}): Buffer[] {
  const elements: Record<number, Buffer | undefined> = {
    0x00280002: element(0x00280002, 'US', [1]),
    0x00280004: element(0x00280004, 'CS', 'MONOCHROME2'),
    0x00280010: element(0x00280010, 'US', [2]),
    0x00280011: element(0x00280011, 'US', [2]),
    0x00280100: element(0x00280100, 'US', [16]),
    0x00280101: element(0x00280101, 'US', [12]),
    0x00280102: element(0x00280102, 'US', [11]),
    0x00280103: element(0x00280103, 'US', [0]),
    0x7fe00010: element(0x7fe00010, 'OW', [1, 2, 3, 4]),
    ...changes,
  };
  return Object.keys(elements).map(Number).sort((a, b) => a - b).flatMap((tag) => elements[tag] ?? []);
}

async function refusal(bytes: Uint8Array, options?: DecodeDicomOptions): Promise<string> {
  try {
    await decodeDicom(bytes, options);
  } catch (error) {
    if (!isInputError(error)) throw error;
    expect((error as Error).message).toMatch(/^Cannot [^\n]*[^.\n]$/);
    return (error as Error).message;
  }
  return 'decoded';
}

describe('decodeDicom', () => {
  it.each(cases)('agrees with pydicom: $name', async ({ base64, step, values, range, tolerance, padding = [], voi, frame }) => {
    const { data, valid, ...decoded } = await decodeDicom(bytesOf(base64), { frame });
    expect(data.length).toBe(decoded.width * decoded.height);
    expect(decoded.range[0]).toBeCloseTo(range[0] as number, 3);
    expect(decoded.range[1]).toBeCloseTo(range[1] as number, tolerance < 1 ? 3 : -1);
    if (voi) expect(decoded.voi).toBe(voi);
    expect([...(valid ?? [])].flatMap((value, index) => (value === 0 ? [index] : []))).toEqual(padding);
    const sampled = data.filter((_, index) => index % step === 0 && valid?.[index] !== 0);
    await expectClose(sampled, values.filter((_, index) => !padding.includes(index * step)), { absolute: tolerance, relative: 1e-6 });
    expect(padding.every((index) => data[index] === decoded.range[0])).toBe(true);
  });

  const folder = new URL('../../../../../shared/data/dicom/', import.meta.url);
  it.skipIf(!existsSync(folder)).each(golden.real)('agrees with pydicom: $file (skipped where ../shared/data is absent)', async ({ file: path, range, valid: expected, mean, deviation, at, values }) => {
    const decoded = await decodeImage(Uint8Array.from(readFileSync(new URL(path, folder))));
    // pylibjpeg, which pydicom uses, and libjpeg round the lossy files' cosines differently
    const absolute = /jpeg-baseline|jpeg-extended|j2k-lossy/.test(path) ? 1.01 : 1e-3;
    await expectClose(decoded.range, range, { absolute });
    await expectClose(at.map((index) => decoded.data[index] as number), values, { absolute });
    const counted = decoded.valid ? decoded.data.filter((_, index) => decoded.valid?.[index] === 1) : decoded.data;
    expect(counted.length).toBe(expected);
    const average = counted.reduce((sum, value) => sum + value, 0) / counted.length;
    await expectClose([average, Math.sqrt(counted.reduce((sum, value) => sum + (value - average) ** 2, 0) / counted.length)], [mean, deviation], { absolute: absolute / 20, relative: 1e-5 });
  });

  it('is what decodeImage takes for it, with or without preamble', async () => {
    const whole = file(image());
    expect([detectFormat(whole), detectFormat(whole.subarray(132))]).toEqual(['DICOM', 'DICOM']);
    const expected = { data: Float32Array.of(1, 2, 3, 4), width: 2, height: 2, range: [1, 4], bits: 12, voi: 'extremes' };
    expect(await decodeImage(whole)).toEqual(expected);
    expect(await decodeImage(whole.subarray(132))).toEqual(expected);
    // Without file meta information the encoding is told from the first element
    expect(await decodeImage(Uint8Array.from(Buffer.concat([element(0x00080060, 'CS', 'DX'), ...image()])))).toEqual(expected);
  });

  it('leaves the window to a viewer, where it is asked to', async () => {
    const window = (center: string, width: string, kind?: string, photometric = 'MONOCHROME2'): Promise<DicomImage> =>
      decodeDicom(
        file(image({ 0x00280004: element(0x00280004, 'CS', photometric), 0x00281050: element(0x00281050, 'DS', center), 0x00281051: element(0x00281051, 'DS', width), 0x00281056: kind ? element(0x00281056, 'CS', kind) : undefined })),
        { applyWindow: false },
      );
    expect(await window('3', '2')).toEqual({ data: Float32Array.of(1, 2, 3, 4), width: 2, height: 2, range: [0, 4095], bits: 12, voi: 'LINEAR', window: [2, 3] });
    expect((await window('3', '1')).window).toEqual([2, 3]); // a threshold: 2 is black, 3 is white
    expect((await window('3', '2', 'LINEAR_EXACT')).window).toEqual([2, 4]);
    expect((await window('3', '2', 'SIGMOID')).window).toEqual([2, 4]);
    expect(await window('3', '2', 'LINEAR_EXACT', 'MONOCHROME1')).toMatchObject({ data: Float32Array.of(4094, 4093, 4092, 4091), window: [4091, 4093] });
    // The same files with their window applied: black and white where it ends
    const { data, range } = await decodeDicom(file(image({ 0x00281050: element(0x00281050, 'DS', '3'), 0x00281051: element(0x00281051, 'DS', '2') })));
    expect([[...data], range]).toEqual([[0, 0, 4095, 4095], [0, 4095]]);
    // Without a window there is none to tell of, and what is unusable is refused all the same
    expect(await decodeImage(file(image()), { applyWindow: false })).toEqual(await decodeImage(file(image())));
    expect(await refusal(file(image({ 0x00281050: element(0x00281050, 'DS', '3'), 0x00281051: element(0x00281051, 'DS', '0') })), { applyWindow: false })).toMatch(/window is too narrow for LINEAR/);
  });

  it('lends work to the host', async () => {
    let called = 0;
    const deflated = file([deflateRawSync(Buffer.concat(image()))], '1.2.840.10008.1.2.1.99');
    await decodeDicom(deflated, { inflateRaw: (data, maximumLength) => (called++, inflateRawSync(data, { maxOutputLength: maximumLength })) });
    await decodeDicom(fileOf('JPEG baseline'), { decodeJpeg: () => (called++, { data: new Uint8Array(256).fill(7), width: 16, height: 16, channels: 1 }) });
    expect(called).toBe(2);
  });

  it('reads sequences of every form before the pixels', async () => {
    const item = (length: number, ...content: Buffer[]): Buffer => {
      const header = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
      header.writeUInt32LE(length, 4);
      return Buffer.concat([header, ...content]);
    };
    const end = (kind: number): Buffer => Buffer.from([0xfe, 0xff, kind, 0xe0, 0, 0, 0, 0]);
    const inner = element(0x00080100, 'SH', 'code');
    const open = element(0x00081032, 'SQ', Buffer.concat([item(0xffffffff, inner, element(0x00081033, 'SQ', Buffer.concat([item(inner.length, inner), end(0xdd)]), 0xffffffff), end(0x0d)), end(0xdd)]), 0xffffffff);
    // An unknown element of undefined length is a sequence in implicit encoding
    const unknown = element(0x00091001, 'UN', Buffer.concat([item(0xffffffff, Buffer.from([8, 0, 0, 1, 2, 0, 0, 0, 65, 66]), end(0x0d)), end(0xdd)]), 0xffffffff);
    expect((await decodeDicom(file([open, unknown, ...image()]))).data).toEqual(Float32Array.of(1, 2, 3, 4));
  });

  it('refuses by name what it does not decode', async () => {
    const frames = element(0x00280008, 'IS', '2');
    const two = element(0x7fe00010, 'OW', [1, 2, 3, 4, 5, 6, 7, 8]);
    expect([
      await refusal(file(image(), '1.2.840.10008.1.2.4.202')),
      await refusal(file(image(), '1.2.840.10008.1.2.4.999')),
      await refusal(file(image(), 'constructor')),
      await refusal(file(image({ 0x00280008: frames, 0x7fe00010: two }))),
      await refusal(file(image({ 0x00280008: frames, 0x7fe00010: two })), { frame: 2 }),
      await refusal(file(image({ 0x52009229: element(0x52009229, 'SQ', []) }))),
      await refusal(file(image({ 0x7fe00010: undefined, 0x7fe00008: element(0x7fe00008, 'OB', [0]) }))),
      await refusal(file(image({ 0x00280004: element(0x00280004, 'CS', 'HSV') }))),
      await refusal(file(image({ 0x00280004: element(0x00280004, 'CS', '\u001b[31m') }))),
      await refusal(file(image({ 0x00280002: element(0x00280002, 'US', [3]) }))),
      await refusal(file(image({ 0x00280100: element(0x00280100, 'US', [32]) }))),
      await refusal(file(image({ 0x00280102: element(0x00280102, 'US', [10]) }))),
      await refusal(file(image({ 0x00280008: element(0x00280008, 'IS', '-1') }))),
      await refusal(file(image({ 0x00281053: element(0x00281053, 'DS', '0'), 0x00281052: element(0x00281052, 'DS', '0') }))),
      await refusal(file(image({ 0x00281050: element(0x00281050, 'DS', '1'), 0x00281051: element(0x00281051, 'DS', '0.5') }))),
      await refusal(file(image({ 0x00281050: element(0x00281050, 'DS', 'x'), 0x00281051: element(0x00281051, 'DS', '2') }))),
      await refusal(file(image({ 0x00281050: element(0x00281050, 'DS', '1'), 0x00281051: element(0x00281051, 'DS', '2'), 0x00281056: element(0x00281056, 'LO', 'CUBIC') }))),
      await refusal(file(image({ 0x00280120: element(0x00280120, 'US', [0]), 0x00280121: element(0x00280121, 'US', [9]) }))),
      await refusal(file(image({ 0x00281053: element(0x00281053, 'DS', '1e300'), 0x00281052: element(0x00281052, 'DS', '0') }))),
      await refusal(file(image()), { maximumPixels: 3 }),
      await refusal(file(image(), '1.2.840.10008.1.2.4.80')),
    ]).toMatchInlineSnapshot(`
      [
        "Cannot decode the DICOM as its transfer syntax is not supported: current one is High-Throughput JPEG 2000 Lossless RPCL",
        "Cannot decode the DICOM as its transfer syntax is not supported: current one is 1.2.840.10008.1.2.4.999",
        "Cannot decode the DICOM as its transfer syntax is not supported: current one is no valid UID",
        "Cannot decode the DICOM as it must be told which of its 2 frames is wanted: set frame",
        "Cannot decode the DICOM as its frames are 0 to 1: current frame is 2",
        "Cannot decode the DICOM as enhanced multi-frame objects, which describe each frame apart, are not supported",
        "Cannot decode the DICOM as it holds float pixel data, which are not supported",
        "Cannot decode the DICOM as its photometric interpretation is not supported: current value is HSV",
        "Cannot decode the DICOM as its photometric interpretation is not supported: current value is none of the standard",
        "Cannot decode the DICOM as MONOCHROME2 must have 1 samples a pixel: current value is 3",
        "Cannot decode the DICOM as its samples must be allocated 8 or 16 bits: current value is 32",
        "Cannot decode the DICOM as its bits contradict one another: 12 stored up to bit 10 of 16 allocated",
        "Cannot decode the DICOM as its number of frames must be a positive integer: current value is -1",
        "Cannot decode the DICOM as its rescale slope must not be 0",
        "Cannot decode the DICOM as its window is too narrow for LINEAR: current width is 0.5",
        "Cannot read the DICOM as its element (0028,1050) must be a number",
        "Cannot decode the DICOM as its VOI LUT function must be LINEAR, LINEAR_EXACT or SIGMOID",
        "Cannot decode the DICOM as all its pixels are padding",
        "Cannot decode the DICOM as its values must fit floats of 32 bits: current range is 1e+300 to 4e+300",
        "Cannot decode the DICOM as it must have at most 3 pixels: current size is 2x2",
        "Cannot decode the DICOM as its compressed pixel data must be wrapped in fragments",
      ]
    `);
  });

  it('refuses JPEG 2000 that announces more packets than any image has', async () => {
    const whole = fileOf('JPEG 2000, 12 bit');
    const [size, style] = [0xff51, 0xff52].map((marker) => whole.findIndex((byte, index) => byte === 0xff && whole[index + 1] === (marker & 255))) as [number, number];
    const layers = whole.slice();
    layers.set([0xff, 0xff], style + 6);
    expect(await refusal(layers)).toMatchInlineSnapshot(`"Cannot decode the DICOM as its JPEG 2000 data must have at most 262144 packets: current number is 393210"`);
    // Precincts of one pixel, in a header that grows by their sizes
    const levels = whole[style + 9] as number;
    const end = style + 2 + (((whole[style + 2] as number) << 8) | (whole[style + 3] as number));
    const view = new DataView(whole.buffer);
    const sizes = Buffer.alloc(levels + 1);
    const stream = Buffer.concat([whole.subarray(size - 2, end), sizes, whole.subarray(end, whole.length - 8)]);
    stream[style - size + 2 + 4] = 1;
    stream.writeUInt16BE(stream.readUInt16BE(style - size + 4) + sizes.length, style - size + 4);
    const [width, height] = [4000, 4000];
    for (const [at, value] of [[8, width], [12, height], [24, width], [28, height]] as const) stream.writeUInt32BE(value, at);
    expect(view.getUint32(size - 2)).toBe(0xff4fff51);
    const pixels = Buffer.concat([Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0, 0xfe, 0xff, 0x00, 0xe0, stream.length & 255, stream.length >> 8, 0, 0]), stream, Buffer.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0])]);
    const large = { 0x00280010: element(0x00280010, 'US', [height]), 0x00280011: element(0x00280011, 'US', [width]), 0x7fe00010: element(0x7fe00010, 'OB', pixels, 0xffffffff) };
    expect(await refusal(file(image(large), '1.2.840.10008.1.2.4.90'))).toMatchInlineSnapshot(`"Cannot decode the DICOM as its JPEG 2000 data must have at most 262144 packets: current number is 21328125"`);
  });

  it('refuses a rescale that leaves the numbers there are', async () => {
    const rescaled = (slope: string): Uint8Array => file(image({ 0x00281052: element(0x00281052, 'DS', '0'), 0x00281053: element(0x00281053, 'DS', slope) }));
    expect(await refusal(rescaled('1e308'))).toMatchInlineSnapshot(`"Cannot decode the DICOM as its values must fit floats of 32 bits: current range is 1e+308 to Infinity"`);
    expect(await refusal(rescaled('-1e38'))).toMatchInlineSnapshot(`"Cannot decode the DICOM as its values must fit floats of 32 bits: current range is -4e+38 to -1e+38"`);
    expect((await decodeDicom(rescaled('-1e34'))).range).toEqual([-4e34, -1e34]);
  });

  it('refuses what is made to exhaust it', async () => {
    const open = Buffer.concat([element(0x00081032, 'SQ', [], 0xffffffff), Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0xff, 0xff, 0xff, 0xff])]);
    const pixels = (...parts: Uint8Array[]): Buffer => element(0x7fe00010, 'OB', Buffer.concat(parts), 0xffffffff);
    const empty = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
    const size = { 0x00280010: element(0x00280010, 'US', [65_535]), 0x00280011: element(0x00280011, 'US', [1500]) };
    const huge = Buffer.from('ff4fff51002900000000ffff0000ffff0000000000000000000000010000000100000000000000000001070101', 'hex');
    expect([
      await refusal(file([Buffer.concat(Array.from({ length: 100_000 }, () => open))])),
      await refusal(file(Array.from({ length: 65_540 }, (_, index) => element(0x00090000 + index, 'LO', '')).concat(element(0x00110000, 'LO', '')))),
      await refusal(file(image({ 0x7fe00010: pixels(...Array.from({ length: 65_540 }, () => empty)) }), '1.2.840.10008.1.2.5')),
      await refusal(file(image({ 0x7fe00010: element(0x7fe00010, 'OW', [1, 2, 3, 4], 0x7fffffff) }))),
      await refusal(file(image(size))),
      await refusal(file([deflateRawSync(Buffer.alloc(2 ** 26))], '1.2.840.10008.1.2.1.99'), { maximumPixels: 4 }),
      await refusal(file(image({ 0x7fe00010: pixels(empty, Buffer.from([0xfe, 0xff, 0x00, 0xe0, huge.length, 0, 0, 0]), huge, Buffer.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0])) }), '1.2.840.10008.1.2.4.90')),
    ]).toMatchInlineSnapshot(`
      [
        "Cannot read the DICOM as its sequences must be nested at most 32 deep",
        "Cannot read the DICOM as it must have at most 65536 elements",
        "Cannot decode the DICOM as it must have at most 65536 fragments",
        "Cannot read the DICOM as its element (7fe0,0010) ends outside the file: it is truncated or corrupt",
        "Cannot decode the DICOM as its pixel data must have 196605000 bytes: current length is 8",
        "Cannot read the DICOM as its deflated data must have at most 16777224 bytes",
        "Cannot decode the DICOM as its JPEG 2000 data must have 1 to 4096 tiles: current number is 4294836225",
      ]
    `);
  });

  it.each(['explicit little endian', 'deflated', 'RLE, 12 bit', 'JPEG-LS, 12 bit', 'JPEG 2000, 12 bit', 'JPEG lossless, predictor 4, 12 bit', 'JPEG baseline', 'JPEG extended, 12 bit'])('refuses every truncation: %s', async (name) => {
    const whole = fileOf(name);
    const end = whole.length - (name === 'deflated' ? 1 : 0); // whose last byte only makes the length even
    for (let length = 132; length < end; length++) expect(await refusal(whole.subarray(0, length)), `${length} of ${whole.length} bytes`).not.toBe('decoded');
  });

  it('refuses codestreams that end too early within whole fragments', async () => {
    for (const name of ['RLE, 12 bit', 'JPEG-LS, 12 bit', 'JPEG 2000, 12 bit', 'JPEG lossless, predictor 4, 12 bit', 'JPEG baseline', 'JPEG extended, 12 bit']) {
      const whole = fileOf(name);
      // The codestream's second half becomes its end marker, or for RLE nothing that unpacks
      const cut = whole.slice();
      const end = cut.length - 8;
      const middle = Math.round(end - (end - 600 > 40 ? 40 : 20));
      cut.fill(name.startsWith('RLE') ? 128 : 0xff, middle, end);
      if (!name.startsWith('RLE')) cut.set([0xff, 0xd9], middle);
      expect(await refusal(cut), name).toMatch(/truncated or corrupt/);
    }
  });

  it('does not let CharLS search for the end of corrupt data that have no end marker', async () => {
    const bytes = fileOf('JPEG-LS near-lossless');
    bytes[518] = 0xfe;
    bytes[1301] = 0xef; // half of the marker; with both, it searched for 22 seconds
    expect(await refusal(bytes)).toBe('Cannot decode the DICOM as its JPEG-LS data are truncated or corrupt: their end marker is missing');
  });

  it('survives a thousand damaged files: an image or one sentence, nothing else', async () => {
    let state = 1;
    const random = (bound: number): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % bound;
    let decoded = 0;
    for (let round = 0; round < 1000; round++) {
      const bytes = bytesOf((cases[round % cases.length] as GoldenCase).base64);
      for (let change = random(4); change >= 0; change--) bytes[132 + random(bytes.length - 132)] = random(256);
      if ((await refusal(bytes, { maximumPixels: 1e6, frame: 0 })) === 'decoded') decoded++;
    }
    expect(decoded).toBeGreaterThan(300);
  });
});

describe('dicomRecord', () => {
  const header = [
    element(0x00080018, 'UI', '1.2.3.4'),
    element(0x00100010, 'PN', 'Secret^Name'),
    element(0x00100020, 'LO', 'p-17 '),
    element(0x00100030, 'DA', '19700101'),
    element(0x00100040, 'CS', 'F'),
    element(0x00101010, 'AS', '018M'),
    element(0x00185101, 'CS', 'PA'),
    element(0x0020000d, 'UI', '1.2.840.9'),
    element(0x00200010, 'SH', 'behind'),
  ];

  it('takes what groups and describes, and nothing else', async () => {
    const record = { path: 'a/b.dcm', patient: 'p-17', study: '1.2.840.9', view: 'PA', sex: 'F', age: 1.5, findings: {} };
    expect(await dicomRecord(file(header), 'a/b.dcm')).toEqual(record);
    // The rest of the file need not be there
    const whole = file([...header, ...image()]);
    expect(await dicomRecord(whole.subarray(0, whole.length - 120), 'a/b.dcm')).toEqual(record);
    expect(await dicomRecord(file(image()), 'c')).toEqual({ path: 'c', findings: {} });
    expect(await dicomRecord(file([element(0x00101010, 'AS', 'old')]), 'c')).toEqual({ path: 'c', findings: {} });
  });

  it('refuses what is no DICOM, or damaged before these elements', async () => {
    await expect(dicomRecord(new Uint8Array(200), 'x')).rejects.toThrow('Cannot read the DICOM as the file does not start like one');
    await expect(dicomRecord(file(header).subarray(0, 190), 'x')).rejects.toThrow('ends outside the file');
  });
});

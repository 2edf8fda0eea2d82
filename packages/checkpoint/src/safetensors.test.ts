import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isInputError } from '@cxr-ifa/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import golden from '../golden/files.json' with { type: 'json' };
import { readSafetensors } from './readSafetensors.ts';
import { STORED_TYPES, type StoredTensor, type StoredType } from './storedTensor.ts';
import { writeSafetensors } from './writeSafetensors.ts';

const goldenFile = new Uint8Array(Buffer.from(golden.safetensors.file, 'base64'));
const names = Object.keys(STORED_TYPES) as StoredType[];
const storedTensor: fc.Arbitrary<StoredTensor> = fc
  .record({ dtype: fc.constantFrom(...names), shape: fc.array(fc.nat(4), { maxLength: 4 }), seed: fc.infiniteStream(fc.nat(255)) })
  .map(({ dtype, shape, seed }) => {
    const count = shape.reduce((a, b) => a * b, 1);
    if (dtype === 'F16' || dtype === 'BF16') return { dtype, shape, data: Float32Array.from({ length: count }, () => (seed.next().value as number) / 4 - 30) };
    const { array, bytes } = STORED_TYPES[dtype];
    const { buffer } = Uint8Array.from({ length: count * bytes }, () => seed.next().value as number);
    return { dtype, shape, data: new array(buffer) };
  });

/** Builds a file from any header text, however wrong. */
function file(header: string, data: number, headerLength?: bigint): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data);
  new DataView(bytes.buffer).setBigUint64(0, headerLength ?? BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

describe('readSafetensors', () => {
  it('reads what the Python library writes, of every type', () => {
    const { tensors, metadata } = readSafetensors(goldenFile);
    expect(metadata).toEqual({ format: 'pt' });
    expect([...tensors.keys()].sort()).toEqual(Object.keys(golden.safetensors.tensors).sort());
    for (const [name, { shape, values }] of Object.entries(golden.safetensors.tensors)) {
      const tensor = tensors.get(name) as StoredTensor;
      expect(tensor.shape, name).toEqual(shape);
      expect(Array.from(tensor.data as ArrayLike<number | bigint>, (value) => Number(value) + 0), name).toEqual((values as (number | string)[]).map((value) => Number(`${value}`.replace('inf', 'Infinity'))));
    }
    expect((tensors.get('long') as StoredTensor).data).toEqual(BigInt64Array.of(-(2n ** 53n) - 1n, 7n));
  });

  it('reads a file that lies unaligned in a larger array, and copies', () => {
    const larger = new Uint8Array(goldenFile.length + 3);
    larger.set(goldenFile, 3);
    const { tensors } = readSafetensors(larger.subarray(3));
    const before = Array.from((tensors.get('fc.weight') as StoredTensor).data as Float32Array);
    larger.fill(0);
    expect(Array.from((tensors.get('fc.weight') as StoredTensor).data as Float32Array)).toEqual(before);
    // A Node Buffer's slice is a view where a Uint8Array's is a copy
    const buffer = Buffer.from(goldenFile);
    const read = readSafetensors(buffer);
    buffer.fill(0);
    expect(Array.from((read.tensors.get('fc.weight') as StoredTensor).data as Float32Array)).toEqual(before);
  });

  const hostile: [string, Uint8Array, string][] = [
    ['an empty file', new Uint8Array(0), 'the file must begin with the 8-byte length of its header: current value is 0 bytes'],
    ['a header longer than the file', file('{}', 0, 3n), 'the header must fit into the file of 10 bytes: current value is 3'],
    ['a header of 2^63 bytes', file('{}', 0, 2n ** 63n), 'the header must be at most 100000000 bytes long: current value is 9223372036854775808'],
    ['text', new TextEncoder().encode('not a safetensors file'), 'the header must be at most 100000000 bytes long: current value is 7021991845529153390'],
    ['a header that is no JSON', file('{"a"', 0), 'its header must be JSON in UTF-8'],
    ['a header in no UTF-8', Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe), 'its header must be JSON in UTF-8'],
    ['a header that is a list', file('[]', 0), 'its header must be a JSON object: current value is []'],
    ['a name twice', file('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\\u0061":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 1), 'no name may appear twice in its header: current value is a'],
    ['a key of one tensor twice', file('{"a":{"dtype":"U8","dtype":"I8","shape":[1],"data_offsets":[0,1]}}', 1), 'no name may appear twice in its header: current value is dtype'],
    ['metadata of numbers', file('{"__metadata__":{"a":1}}', 0), 'its __metadata__ must be an object of strings: current value is {"a":1}'],
    ['an unknown type', file('{"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}', 1), 'the type of tensor a must be one of U64, I64, F64, F32, U32, I32, BF16, F16, U16, I16, I8, U8, BOOL: current value is "F8_E4M3"'],
    ['a type from Object.prototype', file('{"a":{"dtype":"toString","shape":[1],"data_offsets":[0,1]}}', 1), 'the type of tensor a must be one of U64, I64, F64, F32, U32, I32, BF16, F16, U16, I16, I8, U8, BOOL: current value is "toString"'],
    ['a negative size', file('{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}', 1), 'the shape of tensor a must be an array of non-negative integers with a countable product: current value is [-1]'],
    ['a product that overflows', file('{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}}', 0), 'the shape of tensor a must be an array of non-negative integers with a countable product: current value is [4294967296,4294967296]'],
    ['offsets that are none', file('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0]}}', 1), 'the offsets of tensor a must be two non-negative integers: current value is [0]'],
    ['offsets that do not fit the shape', file('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}', 4), 'tensor a of type F32 and shape [2] must take 8 bytes: current value is 4'],
    ['offsets out of the file', file('{"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}', 1), "tensor a must end inside the file's 1 bytes of data: current value is 9"],
    ['a huge tensor', file('{"a":{"dtype":"F64","shape":[1000000000000],"data_offsets":[0,8000000000000]}}', 1), "tensor a must end inside the file's 1 bytes of data: current value is 8000000000000"],
    ['overlapping tensors', file('{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}', 3), 'tensor b must begin at byte 2, where the one before it ends: current value is 1'],
    ['a gap', file('{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}', 2), 'tensor a must begin at byte 0, where the one before it ends: current value is 1'],
    ['bytes that belong to no tensor', file('{}', 4), "its tensors must fill the file's 4 bytes of data: current value is 0"],
    ['a null entry', file('{"a":null}', 0), 'tensor a must be described by an object: current value is null'],
  ];
  it.each(hostile)('refuses %s', (_, bytes, rule) => {
    let error: unknown;
    try {
      readSafetensors(bytes);
    } catch (thrown) {
      error = thrown;
    }
    expect(isInputError(error)).toBe(true);
    expect((error as Error).message).toBe(`Cannot read the safetensors file as ${rule}`);
  });

  it('refuses or reads, and never crashes, whatever single byte of a file is changed or wherever it is cut', () => {
    const attempt = (bytes: Uint8Array): void => {
      try {
        readSafetensors(bytes);
      } catch (error) {
        if (!isInputError(error)) throw error;
      }
    };
    for (let end = 0; end < goldenFile.length; end++) expect(() => readSafetensors(goldenFile.subarray(0, end))).toThrow('Cannot read the safetensors file');
    fc.assert(fc.property(fc.nat(goldenFile.length - 1), fc.nat(255), (index, value) => {
      const damaged = goldenFile.slice();
      damaged[index] = value;
      attempt(damaged);
    }), { numRuns: 2000, seed: 1 });
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), attempt), { seed: 1 });
  });
});

describe('writeSafetensors', () => {
  it('writes the same bytes as the Python library', () => {
    const { tensors, metadata } = readSafetensors(goldenFile);
    expect(Buffer.from(writeSafetensors(tensors, metadata))).toEqual(Buffer.from(goldenFile));
    expect(Buffer.from(writeSafetensors(new Map([...tensors].reverse()), metadata))).toEqual(Buffer.from(goldenFile));
  });

  it('round-trips any tensors under any names', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), storedTensor), fc.dictionary(fc.string(), fc.string()), (record, metadata) => {
        const tensors = new Map(Object.entries(record).filter(([name]) => name !== '__metadata__'));
        const bytes = writeSafetensors(tensors, metadata);
        const read = readSafetensors(bytes);
        expect(Object.entries(read.metadata)).toEqual(expect.arrayContaining(Object.entries(metadata)));
        expect(read.tensors).toEqual(tensors);
        expect((Number(new DataView(bytes.buffer).getBigUint64(0, true)) + 8) % 8).toBe(0);
      }),
      { seed: 1 },
    );
  });

  it('refuses tensors whose arrays do not fit', () => {
    const write = (tensor: unknown): Uint8Array => writeSafetensors(new Map([['a', tensor as StoredTensor]]));
    expect(() => write({ dtype: 'F32', shape: [2], data: new Float32Array(3) })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot write a safetensors file as a of shape [2] must have 2 elements: current value is 3]`);
    expect(() => write({ dtype: 'F32', shape: [2], data: new Float64Array(2) })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot write a safetensors file as a of type F32 must be held by a Float32Array: current value is a Float64Array]`);
    expect(() => write({ dtype: 'C64', shape: [], data: new Float32Array(1) })).toThrow('must be one of');
    expect(() => writeSafetensors(new Map([['__metadata__', { dtype: 'U8', shape: [0], data: new Uint8Array(0) }]]))).toThrow(RangeError);
  });
});

const checkpoints = new URL('../../../../shared/data/checkpoints/', import.meta.url);
const silero = new URL('silero_vad_16k.safetensors', checkpoints);
it.skipIf(!existsSync(silero))('reads a published file to the checksums of its tensors (skipped where ../shared/data is absent)', () => {
  const expected = JSON.parse(readFileSync(new URL('expected/silero_vad_16k.safetensors.json', checkpoints), 'utf8')) as Record<string, { dtype: string; shape: number[]; sha256_le: string }>;
  const { tensors } = readSafetensors(readFileSync(silero));
  expect([...tensors.keys()].sort()).toEqual(Object.keys(expected).filter((name) => name !== '__metadata__').sort());
  for (const [name, { dtype, shape, data }] of tensors) {
    expect({ dtype, shape, sha256_le: createHash('sha256').update(new Uint8Array(data.buffer)).digest('hex') }).toMatchObject({ dtype: expected[name]?.dtype, shape: expected[name]?.shape, sha256_le: expected[name]?.sha256_le });
  }
});

const python = [process.env['PYTHON'], 'python3'].find((command) => command && spawnSync(command, ['-c', 'import numpy, safetensors']).status === 0);
it.skipIf(!python)('writes a file that the Python library reads (skipped where Python has no safetensors)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-'));
  try {
    const path = join(folder, 'ours.safetensors');
    writeFileSync(path, writeSafetensors(new Map<string, StoredTensor>([
      ['b', { dtype: 'F32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4.5) }],
      ['a', { dtype: 'U8', shape: [3], data: Uint8Array.of(1, 2, 3) }],
    ]), { 'cxr-ifa': '{"step":3}', format: 'pt' }));
    const script = 'import sys, json; from safetensors import safe_open\nwith safe_open(sys.argv[1], "np") as f: print(json.dumps([f.metadata(), {k: f.get_tensor(k).tolist() for k in f.keys()}]))';
    const { stdout, stderr } = spawnSync(python as string, ['-c', script, path], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual([{ 'cxr-ifa': '{"step":3}', format: 'pt' }, { a: [1, 2, 3], b: [[1, 2], [3, 4.5]] }]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

import { spawnSync } from 'node:child_process';
import { isInputError } from '@cxr-ifa/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import golden from '../golden/files.json' with { type: 'json' };
import { decodeNpy } from './decodeNpy.ts';
import { encodeNpy } from './encodeNpy.ts';
import { decodeNpyHeader, encodeNpyHeader } from './npyHeader.ts';

const decodeBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

describe('.npy', () => {
  it.each(Object.entries(golden.npy))('reads and writes %s as NumPy does, to the byte', (_, { file, shape, values }) => {
    const bytes = decodeBase64(file);
    const array = decodeNpy(bytes);
    expect(array.shape).toEqual(shape);
    expect(Array.from(array.data as ArrayLike<number | bigint>, Number)).toEqual((values as (number | string)[]).map(Number));
    expect(Buffer.from(encodeNpy(array))).toEqual(Buffer.from(bytes));
  });

  it.each(['npyVersion2', 'npyVersion3'] as const)('reads %s', (version) => {
    expect(decodeNpy(decodeBase64(golden[version]))).toEqual(decodeNpy(decodeBase64(golden.npy.f4.file)));
  });

  it('round-trips any shape, from a header that is read alone', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { maxLength: 5 }), fc.nat(3), (shape, shift) => {
        const data = Uint16Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, index) => index * 7);
        const bytes = encodeNpy({ dtype: 'U16', shape, data });
        const larger = new Uint8Array(bytes.length + shift);
        larger.set(bytes, shift);
        expect(decodeNpy(larger.subarray(shift))).toEqual({ dtype: 'U16', shape, data });
        const header = encodeNpyHeader('U16', shape);
        expect(decodeNpyHeader(header)).toEqual({ dtype: 'U16', shape, offset: header.length });
        expect(header.length % 64).toBe(0);
      }),
      { seed: 1 },
    );
  });

  const f4 = decodeBase64(golden.npy.f4.file);
  const replaced = (from: string, to: string): Uint8Array => new Uint8Array(Buffer.from(Buffer.from(f4).toString('latin1').replace(from, to.padEnd(from.length)), 'latin1'));
  const hostile: [string, Uint8Array, string][] = [
    ['no .npy file', new TextEncoder().encode('image,label\n1.png,0\n'), "it must begin with NumPy's signature"],
    ['an unknown version', Uint8Array.from(f4, (byte, index) => (index === 6 ? 9 : byte)), 'its version must be 1, 2 or 3: current value is 9'],
    ['a header longer than the file', Uint8Array.from(f4, (byte, index) => (index === 9 ? 255 : byte)), 'its header must fit into the file of 152 bytes and into 65536: current value is 65398'],
    ['a truncated file', f4.subarray(0, -1), 'shape [2, 3] of type F32 must be 24 bytes of data: current value is 23'],
    ['bytes after the end', Uint8Array.of(...f4, 0), 'shape [2, 3] of type F32 must be 24 bytes of data: current value is 25'],
    ['a huge shape', replaced("(2, 3), }                ", "(99999999, 9999999), }"), 'shape [99999999, 9999999] of type F32 must be 3999999560000004 bytes of data: current value is 24'],
    ['a shape that is none', replaced('(2, 3)', '(2,-3)'), 'its shape must be a tuple of non-negative integers with a countable product'],
    ['Fortran order', decodeBase64(golden.npyFortran), 'its elements must be in C order (fortran_order False): current value is True'],
    ['big-endian numbers', decodeBase64(golden.npyBigEndian), 'its type must be one of <f8, <f4, <f2, <i8, <i4, <i2, |i1, <u8, <u4, <u2, |u1, |b1: current value is >f4'],
    ['pickled objects', decodeBase64(golden.npyObject), 'its type must be one of <f8, <f4, <f2, <i8, <i4, <i2, |i1, <u8, <u4, <u2, |u1, |b1: current value is |O'],
  ];
  it.each(hostile)('refuses %s', (_, bytes, rule) => {
    let error: unknown;
    try {
      decodeNpy(bytes);
    } catch (thrown) {
      error = thrown;
    }
    expect(isInputError(error)).toBe(true);
    expect((error as Error).message).toContain(`Cannot read the .npy file as ${rule}`);
  });

  it('refuses to write what NumPy has no type for', () => {
    expect(() => encodeNpy({ dtype: 'BF16', shape: [1], data: new Float32Array(1) })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot write a .npy file as its type must be one of F64, F32, F16, I64, I32, I16, I8, U64, U32, U16, U8, BOOL: current value is BF16]`);
    expect(() => encodeNpyHeader('U8', [-1])).toThrow(TypeError);
  });
});

const python = [process.env['PYTHON'], 'python3'].find((command) => command && spawnSync(command, ['-c', 'import numpy']).status === 0);
it.skipIf(!python)('writes a file that NumPy maps into memory (skipped where Python has no numpy; PYTHON names another)', async () => {
  const { mkdtempSync, rmSync, writeFileSync } = await import('node:fs');
  const folder = mkdtempSync(`${(await import('node:os')).tmpdir()}/cxr-ifa-`);
  try {
    writeFileSync(`${folder}/a.npy`, encodeNpy({ dtype: 'U16', shape: [2, 3], data: Uint16Array.of(0, 1, 2, 3, 4, 65535) }));
    const { stdout } = spawnSync(python as string, ['-c', 'import sys, numpy; a = numpy.load(sys.argv[1], mmap_mode="r"); print(a.dtype.str, a.tolist())', `${folder}/a.npy`], { encoding: 'utf8' });
    expect(stdout.trim()).toBe('<u2 [[0, 1, 2], [3, 4, 65535]]');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

import { inflateZlib } from '../inflateZlib.ts';
import type { CodestreamHeader } from './readCodestreamHeader.ts';
import type { Compression } from './transferSyntaxes.ts';

// What this file needs of its host beyond ES2022
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object, imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>): Promise<{ readonly exports: unknown }>;
};
declare function atob(base64: string): string;

/** Decodes codestreams whose header was checked. */
export interface NativeCodecs {
  decode(stream: Uint8Array, compression: Exclude<Compression, 'RLE'>, header: CodestreamHeader): Uint8Array | Uint16Array;
}

/** The module's functions that are called; pointers are numbers. */
interface Exports extends Record<'SetColumns' | 'SetRows' | 'SetBitsAllocated' | 'SetBitsStored' | 'SetSamplesPerPixel' | 'SetEncodedBufferSize', (context: number, value: number) => void> {
  readonly memory: { readonly buffer: ArrayBuffer };
  _initialize(): void;
  CreateCodecsContext(): number;
  ReleaseCodecsContext(context: number): void;
  CreateDecoderParameters(): number;
  ReleaseDecoderParameters(parameters: number): void;
  GetEncodedBuffer(context: number): number;
  GetDecodedBuffer(context: number): number;
  GetDecodedBufferSize(context: number): number;
  DecodeJpeg(context: number, parameters: number): void;
  DecodeJpegLs(context: number, parameters: number): void;
  DecodeJpeg2000(context: number, parameters: number): void;
}

const DECODERS = { JPEG: 'DecodeJpeg', 'JPEG-LS': 'DecodeJpegLs', 'JPEG 2000': 'DecodeJpeg2000' } as const;

/** The module starts with 256 MB, which the system gives only as they are touched; a decoder may take this much more a sample. */
const MEMORY = 2 ** 28;
const MEMORY_A_SAMPLE = 32;

/** What libjpeg merely mentions and fills with grey. */
const DAMAGE = /Corrupt JPEG data: (?!\d+ extraneous)|Premature end/;

let compiled: Promise<object> | undefined;
let idle: Instance | undefined;

/** Loads the codecs, on first need: a module of 2 MB, compiled once. */
export async function loadNativeCodecs(): Promise<NativeCodecs> {
  compiled ??= compile();
  const instance = idle ?? (await Instance.create(await compiled));
  // Whoever comes while this one is used makes one of its own; an instance that threw is never used again
  idle = undefined;
  return {
    decode(stream, compression, header) {
      const cells = instance.decode(stream, compression, header);
      if (!instance.hasGrown) idle = instance; // memory never shrinks again
      return cells;
    },
  };
}

async function compile(): Promise<object> {
  const { nativeCodecs, nativeCodecsLength } = await import('../generated/nativeCodecs.ts');
  const text = atob(nativeCodecs);
  const packed = new Uint8Array(text.length);
  for (let i = 0; i < packed.length; i++) packed[i] = text.charCodeAt(i);
  return WebAssembly.compile(inflateZlib(packed, nativeCodecsLength));
}

/** One instance of the module with its memory. */
class Instance {
  #exports!: Exports;
  #limit = MEMORY;
  #damage: string | undefined;

  static async create(module: object): Promise<Instance> {
    const instance = new Instance();
    const { exports } = await WebAssembly.instantiate(module, { env: instance.#environment(), wasi_snapshot_preview1: instance.#system() });
    instance.#exports = exports as Exports;
    instance.#exports._initialize();
    return instance;
  }

  get hasGrown(): boolean {
    return this.#exports.memory.buffer.byteLength > MEMORY;
  }

  decode(stream: Uint8Array, compression: Exclude<Compression, 'RLE'>, { width, height, components, precision }: CodestreamHeader): Uint8Array | Uint16Array {
    const native = this.#exports;
    this.#limit = MEMORY + MEMORY_A_SAMPLE * width * height * components + 4 * stream.length;
    this.#damage = undefined;
    const context = native.CreateCodecsContext();
    native.SetColumns(context, width);
    native.SetRows(context, height);
    // By the codestream's precision, not by DICOM's: the decoders take the size of their output's cells from it
    native.SetBitsAllocated(context, precision > 8 ? 16 : 8);
    native.SetBitsStored(context, precision);
    native.SetSamplesPerPixel(context, components);
    native.SetEncodedBufferSize(context, stream.length);
    new Uint8Array(native.memory.buffer).set(stream, native.GetEncodedBuffer(context));
    const parameters = native.CreateDecoderParameters(); // colours are left as they are stored
    native[DECODERS[compression]](context, parameters);
    if (this.#damage !== undefined) throw new Error(this.#damage);
    const start = native.GetDecodedBuffer(context);
    const bytes = native.memory.buffer.slice(start, start + native.GetDecodedBufferSize(context));
    native.ReleaseDecoderParameters(parameters);
    native.ReleaseCodecsContext(context);
    return precision > 8 ? new Uint16Array(bytes) : new Uint8Array(bytes);
  }

  #environment(): Record<string, unknown> {
    return {
      onCodecsException: (start: number, length: number): never => {
        throw new Error(this.#text(start, length));
      },
      onCodecsInfo: (start: number, length: number): void => {
        const message = this.#text(start, length);
        if (DAMAGE.test(message)) this.#damage ??= message;
      },
      onCodecsTrace: (): void => undefined,
      emscripten_notify_memory_growth: (): void => {
        if (this.#exports.memory.buffer.byteLength > this.#limit) throw new Error(`they need more than ${this.#limit >> 20} MB of memory`);
      },
    };
  }

  /** A system without environment, clock and files. */
  #system(): Record<string, unknown> {
    const BAD_FILE = 8;
    return {
      proc_exit: (code: number): never => {
        throw new Error(`the decoder gave up with code ${code}`);
      },
      clock_time_get: (): number => 0,
      environ_get: (): number => 0,
      environ_sizes_get: (count: number, size: number): number => {
        const view = new DataView(this.#exports.memory.buffer);
        view.setUint32(count, 0, true);
        view.setUint32(size, 0, true);
        return 0;
      },
      fd_write: (): number => BAD_FILE,
      fd_close: (): number => BAD_FILE,
      fd_seek: (): number => BAD_FILE,
    };
  }

  /** A message without the names of the decoders' functions before it. */
  #text(start: number, length: number): string {
    const text = String.fromCharCode(...new Uint8Array(this.#exports.memory.buffer, start, Math.min(length, 512)));
    return text.replace(/^.*::/, '').replace(/[^\x20-\x7e]/g, '').replace(/\.$/, '');
  }
}

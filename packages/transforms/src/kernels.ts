import type { GrayImage } from '@cxr-ifa/tensor';
import { wasmBase64 } from './generated/wasm.ts';

// What this package needs of its host beyond ES2022: in Node, Deno, browsers and their workers alike
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};
declare function atob(base64: string): string;

type Call = (...numbers: number[]) => number;
type Functions = Readonly<Record<'pad' | 'gaussian_blur' | 'median_blur' | 'filter' | 'scale' | 'mean' | 'normal_noise' | 'add_noise' | 'warp' | 'warp_aligned', Call>>;

interface Exports extends Functions {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly __heap_base: { readonly value: number };
}

const PAGE_BYTES = 65536;
/** What vectors may read and write behind an array. */
const SLACK_BYTES = 64;

/** An image in the kernels' memory. */
export interface PlacedImage {
  readonly address: number;
  readonly width: number;
  readonly height: number;
  readonly range: GrayImage['range'];
}

/** The functions of `native/*.c` and their memory, which is handed out in a row and taken back as a whole. */
export interface Kernels extends Functions {
  /** The address of so many bytes, with room behind them. */
  allocate(bytes: number): number;
  /** Copies an array in, and returns its address. */
  put(array: Float32Array | Float64Array | Int32Array): number;
  /** Copies an image in. */
  place(image: GrayImage): PlacedImage;
  /** An image with a border of `radius` pixels, mirrored (`reflect101`) or repeating the outermost ones (`replicate`): its address. */
  padImage(image: PlacedImage, radius: number, border: 'reflect101' | 'replicate'): number;
  /** Takes everything back but this image, which moves to the beginning: between two operations of a chain. */
  keep(image: PlacedImage): PlacedImage;
  /** Copies an image out, into `into` or a new array. */
  take(image: PlacedImage, into?: Float32Array): GrayImage;
}

let compiled: (Kernels & { clear(): void }) | undefined;

/** The kernels with all their memory free. They are compiled at the first call; their memory grows to what the largest image needs, and stays. */
export function kernels(): Kernels {
  compiled ??= compile();
  compiled.clear();
  return compiled;
}

function compile(): Kernels & { clear(): void } {
  const module = new WebAssembly.Module(Uint8Array.from(atob(wasmBase64), (character) => character.charCodeAt(0)));
  const { memory, __heap_base, ...functions } = new WebAssembly.Instance(module).exports as Exports;
  const base = align(__heap_base.value);
  let next = base;
  const allocate = (bytes: number): number => {
    const address = next;
    next = align(next + bytes + SLACK_BYTES);
    const missing = next - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
    return address;
  };
  const put = (array: Float32Array | Float64Array | Int32Array): number => {
    const address = allocate(array.byteLength);
    new Uint8Array(memory.buffer).set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), address);
    return address;
  };
  return {
    ...functions,
    clear: () => void (next = base),
    allocate,
    put,
    place: ({ data, width, height, range }) => ({ address: put(data), width, height, range }),
    padImage({ address, width, height }, radius, border) {
      const padded = allocate(4 * (width + 2 * radius) * (height + 2 * radius));
      functions.pad(address, width, height, radius, Number(border === 'reflect101'), padded);
      return padded;
    },
    keep(image) {
      const bytes = 4 * image.width * image.height;
      next = base;
      const address = allocate(bytes);
      new Uint8Array(memory.buffer).copyWithin(address, image.address, image.address + bytes);
      return { ...image, address };
    },
    take({ address, width, height, range }, into) {
      const pixels = new Float32Array(memory.buffer, address, width * height);
      into?.set(pixels);
      return { data: into ?? pixels.slice(), width, height, range };
    },
  };
}

function align(address: number): number {
  return Math.ceil(address / 16) * 16;
}

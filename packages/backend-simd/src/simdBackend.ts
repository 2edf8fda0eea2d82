import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { backend_util, util, type DataType, type TensorInfo, type TypedArray } from '@tensorflow/tfjs-core';
import { BlockAllocator } from './blockAllocator.ts';
import type { WasmMemory } from './hostTypes.ts';
import type { KernelExports } from './kernelExports.ts';

const PAGE = 65536;
/** wasm32 addresses end here. */
const LIMIT = 65536 * PAGE;
const BYTES: Readonly<Record<string, number>> = { float32: 4, int32: 4, bool: 1 };

/** A tensor's numbers in the shared memory, in the form the CPU backend's kernels expect: they read and write `values`. */
class SharedData {
  private view: TypedArray | undefined;

  constructor(
    private readonly memory: WasmMemory,
    readonly address: number,
    readonly length: number,
    readonly dtype: DataType,
    public refCount: number,
  ) {}

  get values(): TypedArray {
    return (this.view ??= this.createView());
  }

  get bytes(): number {
    return this.length * (BYTES[this.dtype] as number);
  }

  private createView(): TypedArray {
    const { buffer } = this.memory;
    if (this.dtype === 'float32') return new Float32Array(buffer, this.address, this.length);
    return this.dtype === 'int32' ? new Int32Array(buffer, this.address, this.length) : new Uint8Array(buffer, this.address, this.length);
  }
}

/** What the backend says of its memory. */
export interface SimdMemory {
  readonly unreliable: false;
  readonly reasons: string[];
  /** Bytes of the WebAssembly memory; never shrinks. */
  readonly numBytesReserved: number;
  /** Bytes of it in blocks of tensors. */
  readonly numBytesInBlocks: number;
}

/**
 * The CPU backend with its numbers in one WebAssembly memory, where kernels in C work on them, alone or with other threads.
 * Numbers cross the border by copy: what `read` returns stays as it is, and what `write` is given may change.
 */
export class SimdBackend extends MathBackendCPU {
  private readonly allocator: BlockAllocator;
  private readonly argumentsAddress: number;
  private readonly argumentsView: Int32Array;
  private scratchAddress = 0;
  private scratchBytes = 0;

  /**
   * @param kernels The functions of the WebAssembly module.
   * @param memory The memory they work on.
   * @param onDispose Ends the worker threads.
   */
  constructor(
    readonly kernels: KernelExports,
    private readonly memoryObject: WasmMemory,
    private readonly onDispose: () => void,
  ) {
    super();
    this.allocator = new BlockAllocator(kernels.__heap_base.value, (end, requested) => this.growMemory(end, requested));
    this.argumentsAddress = kernels.arguments_address();
    this.argumentsView = new Int32Array(memoryObject.buffer, this.argumentsAddress, kernels.arguments_length());
  }

  /** Returns the address of a tensor's numbers, or 0 (C's null) without a tensor. */
  address(tensor: TensorInfo | undefined): number {
    if (!tensor) return 0;
    const data = this.data.get(tensor.dataId) as unknown as SharedData;
    if (data.dtype !== tensor.dtype) throw new TypeError(`Cannot run a kernel on a tensor as its numbers must be stored as ${tensor.dtype}: current storage is ${data.dtype}`);
    return data.address;
  }

  /** A tensor's numbers where they lie: valid as long as the tensor. */
  valuesOf(tensor: TensorInfo): TypedArray {
    return this.data.get(tensor.dataId).values as TypedArray;
  }

  /** Makes a tensor with arbitrary content for a kernel to fill. */
  createOutput(shape: number[], dtype: DataType = 'float32'): TensorInfo {
    const dataId = {};
    this.store(dataId, this.createData(util.sizeFromShape(shape), dtype, 1));
    return { dataId, shape, dtype };
  }

  /**
   * Returns the address of that many floats for a kernel to work in. There is one such block, as large as it ever had to be, and the next
   * kernel gets it too: blocks that come and go with every call would break up the room for tensors.
   */
  scratch(floats: number): number {
    if (4 * floats > this.scratchBytes) {
      if (this.scratchBytes > 0) this.allocator.free(this.scratchAddress, this.scratchBytes);
      this.scratchBytes = 0; // should there be no room for the larger one
      this.scratchAddress = this.allocateBlock(4 * floats);
      this.scratchBytes = 4 * floats;
    }
    return this.scratchAddress;
  }

  /** Memory that stays for the life of the backend, such as the stacks and the scratch of threads. */
  allocateBlock(bytes: number): number {
    return this.allocator.allocate(bytes);
  }

  /** Hands integers to the next kernel; returns their address. */
  writeArguments(integers: readonly number[]): number {
    if (integers.length > this.argumentsView.length) throw new RangeError(`Cannot hand over a kernel's integers as there may be ${this.argumentsView.length} of them: current number is ${integers.length}`);
    this.argumentsView.set(integers);
    return this.argumentsAddress;
  }

  /** The given block as integers, to be written before a kernel reads them. */
  integersAt(address: number, length: number): Int32Array {
    return new Int32Array(this.memoryObject.buffer, address, length);
  }

  /** The given block as floats. */
  floatsAt(address: number, length: number): Float32Array {
    return new Float32Array(this.memoryObject.buffer, address, length);
  }

  override write(values: backend_util.BackendValues, shape: number[], dtype: DataType): object {
    const dataId = {};
    this.move(dataId, values, shape, dtype, 1);
    return dataId;
  }

  override move(dataId: object, values: backend_util.BackendValues | undefined, shape: number[], dtype: DataType, refCount: number): void {
    if (!(dtype in BYTES)) {
      this.data.set(dataId, { values: values as backend_util.BackendValues, dtype, refCount }); // strings, and the pair behind a complex tensor
      return;
    }
    const numbers = values as TypedArray | undefined;
    const data = this.createData(numbers?.length ?? util.sizeFromShape(shape), dtype, refCount);
    if (numbers) data.values.set(numbers);
    else data.values.fill(0);
    this.store(dataId, data);
  }

  override readSync(dataId: object): backend_util.BackendValues {
    const data = this.data.get(dataId);
    return data.dtype in BYTES ? (data.values as TypedArray).slice() : super.readSync(dataId);
  }

  override async read(dataId: object): Promise<backend_util.BackendValues> {
    return this.readSync(dataId);
  }

  override disposeData(dataId: object, force = false): boolean {
    if (!this.data.has(dataId)) return true;
    const data = this.data.get(dataId);
    const removed = super.disposeData(dataId, force);
    if (removed && data instanceof SharedData) this.allocator.free(data.address, data.bytes);
    return removed;
  }

  override memory(): SimdMemory & { reasons: string[] } {
    return { unreliable: false, reasons: [], numBytesReserved: this.memoryObject.buffer.byteLength, numBytesInBlocks: this.allocator.usedBytes };
  }

  override dispose(): void {
    this.onDispose();
  }

  private createData(length: number, dtype: DataType, refCount: number): SharedData {
    return new SharedData(this.memoryObject, this.allocateBlock(length * (BYTES[dtype] as number)), length, dtype, refCount);
  }

  private store(dataId: object, data: SharedData): void {
    this.data.set(dataId, data as unknown as Parameters<MathBackendCPU['data']['set']>[1]);
  }

  /** Grows by a quarter at least, so that growing is rare; hosts give memory a place only when it is written. */
  private growMemory(end: number, requested: number): number {
    const current = this.memoryObject.buffer.byteLength;
    if (end <= current) return current;
    const target = Math.min(LIMIT, Math.max(end, current + Math.floor(current / 4)));
    try {
      if (end > LIMIT) throw new RangeError('wasm32');
      this.memoryObject.grow(Math.ceil((target - current) / PAGE));
    } catch (cause) {
      throw new RangeError(
        `Cannot allocate ${requested} bytes for a tensor as the WebAssembly memory of the backend simd ends at ${LIMIT} bytes or where the host stops it: ` +
          `current use is ${this.allocator.usedBytes} bytes; use a smaller batch, image or model, or dispose of tensors`,
        { cause },
      );
    }
    return this.memoryObject.buffer.byteLength;
  }
}

import { InputError } from '@cxr-ifa/tensor';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { util, type BackendValues, type DataType } from '@tensorflow/tfjs-core';
import { GpuFailure, type GpuFailureKind } from './gpuFailure.ts';
import type { GpuAdapterInfo, GpuDevice } from './gpuTypes.ts';

type StockDevice = ConstructorParameters<typeof WebGPUBackend>[0];
type StockInfo = ConstructorParameters<typeof WebGPUBackend>[1];

/**
 * tfjs's WebGPU backend, mended: what was read is the reader's own copy; what goes wrong on the device, which WebGPU tells nobody in particular,
 * is thrown at the next reading, so that no number of a failed computation is ever handed out; a tensor beyond the adapter's limits is refused by its size.
 */
export class TrainingBackend extends WebGPUBackend {
  readonly #device: GpuDevice;
  /** What has gone wrong first; all that follows comes of it. */
  #failure: { readonly kind: GpuFailureKind; readonly message: string } | undefined;
  #isDisposed = false;

  constructor(device: GpuDevice, info: GpuAdapterInfo) {
    super(device as unknown as StockDevice, info as unknown as StockInfo);
    this.#device = device;
    device.addEventListener('uncapturederror', (event) => {
      event.preventDefault?.(); // it is thrown instead of printed
      const { message, constructor } = event.error;
      this.#failure ??= { kind: constructor.name === 'GPUOutOfMemoryError' || /out of memory/i.test(message) ? 'GPU_OUT_OF_MEMORY' : 'GPU_REFUSED', message };
    });
    void device.lost.then(({ reason, message }) => {
      if (!this.#isDisposed) this.#failure ??= { kind: 'GPU_LOST', message: message || reason };
    });
  }

  override async read(dataId: object): Promise<BackendValues> {
    this.#requireWorking();
    const values = await super.read(dataId).catch((error: unknown) => {
      this.#requireWorking(error);
      throw error;
    });
    this.#requireWorking();
    return copyOf(values);
  }

  override readSync(dataId: object): BackendValues {
    this.#requireWorking();
    const { values, dtype } = this.tensorMap.get(dataId);
    if (values === null && dtype !== 'string' && !('OffscreenCanvas' in globalThis)) {
      throw new InputError('Cannot read a tensor of the backend webgpu at once as this host has no OffscreenCanvas: await data() of it first');
    }
    return copyOf(super.readSync(dataId));
  }

  override uploadToGPU(dataId: object): void {
    const { resource, shape, dtype } = this.tensorMap.get(dataId) as { resource?: unknown; shape: number[]; dtype: DataType };
    if (resource == null) this.#requireRoom(util.sizeFromShape(shape) * 4, dtype);
    super.uploadToGPU(dataId);
  }

  override dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    super.dispose();
    this.#device.destroy();
  }

  #requireRoom(bytes: number, dtype: DataType): void {
    const { maxStorageBufferBindingSize = Infinity, maxBufferSize = Infinity } = this.#device.limits;
    const most = Math.min(maxStorageBufferBindingSize, maxBufferSize);
    if (bytes > most) throw new InputError(`Cannot compute with a ${dtype} tensor of ${bytes} bytes as this GPU takes ${most} at most: use a smaller batch, image or encoder`);
  }

  #requireWorking(cause?: unknown): void {
    if (this.#failure) throw new GpuFailure(this.#failure.kind, this.#failure.message, { cause });
  }
}

/** Strings come as an array of bytes and are never changed by a reader. */
function copyOf(values: BackendValues): BackendValues {
  return ArrayBuffer.isView(values) ? (values as Float32Array).slice() : values;
}

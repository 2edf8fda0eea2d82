import { isInputError } from '@cxr-ifa/tensor';
import { add, findBackendFactory, fill, getBackend, memory, ones, removeBackend, setBackend, tensor1d, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeAdapter } from './describeAdapter.ts';
import { isGpuFailure } from './gpuFailure.ts';
import type { Gpu, GpuAdapter, GpuAdapterInfo, GpuDevice } from './gpuTypes.ts';
import { openDawn } from './openDawn.ts';
import { registerWebgpuBackend } from './registerWebgpuBackend.ts';
import { requestAdapter } from './requestAdapter.ts';

const gpu = openDawn();
const adapter = await requestAdapter(gpu).catch(() => undefined);

describe('without a GPU', () => {
  it('says what is missing: WebGPU itself, an adapter, a device', async () => {
    const nothing = { requestAdapter: async () => null } satisfies Gpu;
    await expect(requestAdapter(nothing)).rejects.toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot use WebGPU as it finds no adapter on this machine: install the driver of your graphics card (on Linux with its Vulkan part), or use another backend]`);
    const broken = adapterOf({ vendor: 'acme' }, () => Promise.reject(new Error('the driver has crashed')));
    await expect(registerWebgpuBackend({ adapter: broken })).rejects.toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot use WebGPU as the adapter acme gives no device (the driver has crashed): restart the program, and update the driver if it happens again]`);
    const { navigator } = globalThis as { navigator?: object };
    Object.defineProperty(globalThis, 'navigator', { value: undefined, configurable: true });
    await expect(requestAdapter().finally(() => Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true, writable: true }))).rejects.toThrow(/^Cannot use WebGPU as this host has none/);
  });

  it('tells software adapters by their word or by their name', () => {
    const isSoftware = (info: Partial<GpuAdapterInfo>): boolean => describeAdapter(adapterOf(info)).software;
    expect(isSoftware({ vendor: 'mesa', description: 'llvmpipe (LLVM 15)' })).toBe(true);
    expect(isSoftware({ architecture: 'swiftshader' })).toBe(true);
    expect(isSoftware({ description: 'Microsoft Basic Render Driver' })).toBe(true);
    expect(isSoftware({ vendor: 'nvidia', isFallbackAdapter: true })).toBe(true);
    expect(isSoftware({ vendor: 'nvidia', architecture: 'hopper', isFallbackAdapter: false })).toBe(false);
    expect(describeAdapter(adapterOf({})).name).toBe('an adapter that does not say what it is');
  });
});

describe.skipIf(!adapter)('WebGPU in Node', () => {
  let device: GpuDevice;
  beforeEach(async () => {
    const found = await requestAdapter(gpu);
    const watched: GpuAdapter = { info: found.info, features: found.features, limits: found.limits, requestDevice: async (descriptor) => (device = await found.requestDevice(descriptor)) };
    await registerWebgpuBackend({ adapter: watched });
    await setBackend('webgpu');
  });
  afterEach(async () => {
    await setBackend('cpu');
    if (findBackendFactory('webgpu')) removeBackend('webgpu');
  });

  it('says what it computes on, and raises the limits to what the adapter has', async () => {
    const { name, features, limits } = describeAdapter(await requestAdapter(gpu));
    expect(name.length).toBeGreaterThan(0);
    expect(features.length).toBeGreaterThan(0);
    for (const [limit, value] of Object.entries(limits)) expect(device.limits[limit], limit).toBe(value);
  });

  it('registers without becoming the current backend, and again in the place of the first', async () => {
    await setBackend('cpu');
    await registerWebgpuBackend();
    expect(getBackend()).toBe('cpu');
    await setBackend('webgpu');
    expect(Array.from(await add(tensor1d([1]), 2).data())).toEqual([3]);
  });

  it('says that the GPU was lost, at the next reading and ever after', async () => {
    const sum = add(ones([3]), fill([3], 2));
    await sum.data();
    device.destroy();
    await device.lost;
    const failure = await add(sum, 1).data().then(() => undefined, (error: unknown) => error);
    expect(isGpuFailure(failure) && isInputError(failure) && failure.code).toBe('GPU_LOST');
    expect((failure as Error).message).toMatch(/^Cannot go on with the backend webgpu as the GPU was lost \(.+\): start again, and update its driver if it happens often$/);
    await expect(sum.data()).rejects.toThrow('the GPU was lost');
  });

  it.each([
    ['GPUOutOfMemoryError', 'GPU_OUT_OF_MEMORY', "the GPU's memory does not suffice"],
    ['GPUValidationError', 'GPU_REFUSED', 'the GPU refused a command'],
  ])('hands out no number after a %s that nobody waited for', async (className, code, words) => {
    const sum = add(ones([3]), 1);
    await sum.data();
    const { GPUUncapturedErrorEvent: UncapturedError, ...classes } = globalThis as unknown as Record<string, new (...values: unknown[]) => Event>;
    const ErrorClass = classes[className] as unknown as new (message: string) => Error;
    (device as unknown as EventTarget).dispatchEvent(new (UncapturedError as NonNullable<typeof UncapturedError>)('uncapturederror', { error: new ErrorClass('no room\nfor this') }));
    const failure = await sum.data().then(() => undefined, (error: unknown) => error);
    expect(isGpuFailure(failure) && failure.code).toBe(code);
    expect((failure as Error).message).toContain(`${words} (no room): `);
  });

  it('refuses a tensor that no binding holds, by its size and before it is made', () => {
    const most = device.limits.maxStorageBufferBindingSize as number;
    const x = zeros([Math.floor(most / 4) + 1]) as Tensor; // on the host as yet
    expect(() => add(x, 1)).toThrow(new RegExp(`^Cannot compute with a float32 tensor of \\d+ bytes as this GPU takes ${Math.min(most, device.limits.maxBufferSize as number)} at most: use a smaller batch, image or encoder$`));
    x.dispose();
  });

  it('reuses its buffers: none more after the second round of the same work', async () => {
    const round = async (): Promise<void> => {
      const sum = tidy(() => add(fill([1000], 3), 1));
      await sum.data();
      sum.dispose();
    };
    const bytes = (): unknown => (memory() as unknown as { numBytesAllocatedInGPU: number }).numBytesAllocatedInGPU;
    await round();
    await round();
    const before = [bytes(), memory().numTensors];
    for (let i = 0; i < 20; i++) await round();
    expect([bytes(), memory().numTensors]).toEqual(before);
  });
});

function adapterOf(info: Partial<GpuAdapterInfo>, requestDevice: GpuAdapter['requestDevice'] = () => Promise.reject(new Error('none'))): GpuAdapter {
  return { info: { vendor: '', architecture: '', device: '', description: '', ...info }, features: new Set(), limits: {}, requestDevice };
}

import { existsSync } from 'node:fs';

/** Where Linux shows a GPU, whatever its driver: without one of these Vulkan has only software adapters, and need not be woken. */
const LINUX_DEVICES = ['/dev/dri', '/dev/nvidiactl', '/dev/dxg', '/dev/mali0', '/dev/kgsl-3d0'];

/** Whether it is worth asking WebGPU for an adapter, which takes a moment and may print warnings of the driver. */
export function mayHaveGpu(): boolean {
  return process.platform !== 'linux' || LINUX_DEVICES.some((path) => existsSync(path));
}

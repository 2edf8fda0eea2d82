import '@cxr-ifa/gradients';
import { registerWebgpuBackend, type AdapterDescription } from '@cxr-ifa/webgpu-kernels';
import { enableProdMode, setBackend } from '@tensorflow/tfjs-core';
import { takeSteps, type StepsTaken } from './takeSteps.ts';

export type { AdapterDescription, StepsTaken };

/**
 * The training steps of `cxr-ifa bench --parity` on the WebGPU that the host itself has: what Deno and a browser load; for a browser with all that it needs inside.
 *
 * @param steps How many.
 */
export async function runSteps(steps: number): Promise<StepsTaken & { adapter: AdapterDescription }> {
  enableProdMode();
  const adapter = await registerWebgpuBackend();
  await setBackend('webgpu');
  return { adapter, ...(await takeSteps(steps)) };
}

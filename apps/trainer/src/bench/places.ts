import type { BackendName } from '../backend/backends.ts';
import { selectBackend } from '../backend/selectBackend.ts';
import type { PlaceName } from '../options/benchOptions.ts';
import { takeSteps, type StepsTaken } from '../portable/takeSteps.ts';
import { runInChromium } from './runInChromium.ts';
import { runInDeno } from './runInDeno.ts';

type Runner = (steps: number) => Promise<StepsTaken & { readonly what: string }>;

const inThisProcess = (backend: BackendName): Runner => async (steps) => {
  const { reason } = await selectBackend(backend);
  return { what: reason, ...(await takeSteps(steps)) };
};

/** How the same steps are taken in each place. */
export const PLACES: Readonly<Record<PlaceName, Runner>> = {
  simd: inThisProcess('simd'),
  webgpu: inThisProcess('webgpu'),
  node: inThisProcess('node'),
  'node-gpu': inThisProcess('node-gpu'),
  deno: runInDeno,
  chromium: runInChromium,
};

import { selectBackend, type BackendName } from '../backend/selectBackend.ts';
import { takeSteps, type StepsTaken } from '../portable/takeSteps.ts';
import { runInChromium } from './runInChromium.ts';
import { runInDeno } from './runInDeno.ts';

type Runner = (steps: number) => Promise<StepsTaken & { readonly what: string }>;

const inThisProcess = (backend: BackendName): Runner => async (steps) => {
  const { reason } = await selectBackend(backend);
  return { what: reason, ...(await takeSteps(steps)) };
};

/** Where the same steps can be taken; the first that is there is the reference. */
export const PLACES = {
  simd: inThisProcess('simd'),
  webgpu: inThisProcess('webgpu'),
  node: inThisProcess('node'),
  'node-gpu': inThisProcess('node-gpu'),
  deno: runInDeno,
  chromium: runInChromium,
} as const satisfies Record<string, Runner>;

export type PlaceName = keyof typeof PLACES;

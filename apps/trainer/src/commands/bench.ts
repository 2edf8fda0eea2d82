import { benchOptions } from '../options/benchOptions.ts';
import { defineCommand } from './command.ts';

/** `cxr-ifa bench`: does every backend and runtime train the same way? */
export const bench = defineCommand({
  name: 'bench',
  summary: 'take the same training steps on every backend, in Node, Deno and Chromium, and compare them',
  options: benchOptions,
  examples: [
    ['cxr-ifa bench --parity', 'ten steps wherever they can be taken; what is not there is named'],
    ['cxr-ifa bench --parity --on simd --on webgpu --steps 300', 'fails if one of them is not there, computes otherwise, or grows'],
  ],
  run: async (options, context) => (await import('../bench/comparePlaces.ts')).comparePlaces(options, context),
});

import { z } from 'zod';
import { flag, integer, oneOf, text, type OptionValues } from './option.ts';

/** Where the same steps can be taken; the first that is there is the reference. */
export const PLACE_NAMES = ['simd', 'webgpu', 'node', 'node-gpu', 'deno', 'chromium'] as const;
export type PlaceName = (typeof PLACE_NAMES)[number];

/** Every option of `cxr-ifa bench`. */
export const benchOptions = {
  parity: { description: 'take the same training steps on every backend and in every runtime, and compare their losses', schema: flag.default(false) },
  on: { description: `where: ${PLACE_NAMES.join(', ')}; a place that is named must be there (default: wherever it can)`, value: '<place>', schema: z.array(oneOf(PLACE_NAMES)).default([]), repeatable: true },
  steps: { description: 'how many steps; losses are compared over the first ten, memory from the tenth to the last', value: '<n>', schema: integer(1, 100_000).default(10) },
  out: { description: 'a JSON file for all that was found', value: '<json>', schema: text.optional() },
} as const;

export type BenchOptions = OptionValues<typeof benchOptions>;

import { z } from 'zod';
import { PLACES, type PlaceName } from '../bench/places.ts';
import { flag, integer, oneOf, text, type OptionValues } from './option.ts';

const NAMES = Object.keys(PLACES) as [PlaceName, ...PlaceName[]];

/** Every option of `cxr-ifa bench`. */
export const benchOptions = {
  parity: { description: 'take the same training steps on every backend and in every runtime, and compare their losses', schema: flag.default(false) },
  on: { description: `where: ${NAMES.join(', ')}; a place that is named must be there (default: wherever it can)`, value: '<place>', schema: z.array(oneOf(NAMES)).default([]), repeatable: true },
  steps: { description: 'how many steps; losses are compared over the first ten, memory from the tenth to the last', value: '<n>', schema: integer(1, 100_000).default(10) },
  out: { description: 'a JSON file for all that was found', value: '<json>', schema: text.optional() },
} as const;

export type BenchOptions = OptionValues<typeof benchOptions>;

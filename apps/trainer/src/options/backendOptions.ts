import { BACKENDS } from '../backend/backends.ts';
import { integer, oneOf } from './option.ts';

/** What computes: the same for every command that runs an encoder. */
export const backendOptions = {
  backend: { description: `what computes: ${BACKENDS.join(', ')}`, value: '<name>', schema: oneOf(BACKENDS).default('auto') },
  threads: { description: 'threads that the simd backend computes in (default: one a core)', value: '<n>', schema: integer(1, 64).optional() },
} as const;

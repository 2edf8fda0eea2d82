import { z } from 'zod';
import { listOf } from './option.ts';

/** Names from a text with commas, or from a config file's list. */
export const names: z.ZodType<string[]> = listOf(z.string({ error: 'a list of names' }).min(1, { error: 'names with commas between them' })).default([]);

import { z } from 'zod';

/** Names from a text with commas, or from a config file's list. */
export const names: z.ZodType<string[]> = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(',').map((name) => name.trim()) : value),
  z.array(z.string({ error: 'a list of names' }).min(1, { error: 'names with commas between them' }), { error: 'names with commas between them' }).default([]),
);

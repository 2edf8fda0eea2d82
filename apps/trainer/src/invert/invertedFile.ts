import { z } from 'zod';

export const INVERTED_FORMAT = 'cxr-ifa-inverted-1';

/** What `metrics.json` of `invert run` says, as far as it is read again. */
export const invertedSchema = z.looseObject({
  format: z.literal(INVERTED_FORMAT),
  options: z.looseObject({ gan: z.string(), method: z.string(), perceptual: z.string() }),
  generatorStep: z.int().nonnegative(),
  perImage: z.array(z.looseObject({ name: z.string(), image: z.string().nullable(), patient: z.string().nullable() })).min(1),
});

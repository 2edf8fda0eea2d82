import { z } from 'zod';
import { preparationSchema } from '../input/preparation.ts';
import { networkTableSchema } from './networks.ts';

export const GAN_FORMAT = 'cxr-ifa-gan-1';
const count = z.int().nonnegative();

/** What a checkpoint of `gan train` says besides its tensors. */
export const ganDetailsSchema = z.object({
  format: z.literal(GAN_FORMAT),
  step: count,
  networks: networkTableSchema,
  preparation: preparationSchema,
  state: z.object({
    step: count,
    images: count,
    generatorUpdates: count,
    discriminatorUpdates: count,
    pathLengthMean: z.number(),
    augmentProbability: z.number().min(0).max(1),
    signSum: z.number(),
    signCount: count,
  }),
});
export type GanDetails = z.output<typeof ganDetailsSchema>;

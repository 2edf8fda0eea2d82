import { z } from 'zod';
import { UsageError } from '../usageError.ts';

/** How images are made ready, once: part of what a folder of them is known by, and of every checkpoint. */
export const preparationSchema = z.object({
  /** The side of the square that images become, in pixels. */
  imageSize: z.int().positive(),
  /** The percentile above which pixels are clipped before the rest is stretched to 0..1. */
  clipPercentile: z.number(),
  /** What becomes of the aspect; files from before there was a choice were stretched. */
  aspect: z.enum(['stretch', 'pad', 'crop']).default('stretch'),
});
export type Preparation = z.output<typeof preparationSchema>;

/** The part of some options that is the preparation. */
export function preparationOf({ imageSize, clipPercentile, aspect }: Preparation): Preparation {
  return { imageSize, clipPercentile, aspect };
}

/**
 * Makes sure that prepared images are as they must be.
 *
 * @param found How they were prepared.
 * @param needed How they must have been.
 * @param data Their folder, for the message.
 * @throws {UsageError} If they differ.
 */
export function requirePreparation(found: Preparation, needed: Preparation, data: string): void {
  const flags = ({ imageSize, clipPercentile, aspect }: Preparation): string => `--image-size ${imageSize} --clip-percentile ${clipPercentile} --aspect ${aspect}`;
  if (flags(found) !== flags(needed)) throw new UsageError(`Cannot use the prepared images in ${data} as they were made with ${flags(found)}: needed is ${flags(needed)}`);
}

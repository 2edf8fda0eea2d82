import { z } from 'zod';

const FORM = /^(\d+(?:\.\d+)?) ?(step|epoch)s?$/;
const error = 'a length of training such as 10epochs or 500steps';

/** A length of training, such as `10epochs` or `500steps`; it stays a text, which {@link lengthIn} reads. */
export const trainingLength: z.ZodType<string> = z.string({ error }).regex(FORM, { error });

/**
 * A length of training in steps or in epochs.
 *
 * @param length As {@link trainingLength} lets it pass.
 * @param unit What to count in.
 * @param stepsPerEpoch How many steps an epoch has.
 */
export function lengthIn(length: string, unit: 'step' | 'epoch', stepsPerEpoch: number): number {
  const [, number, own] = FORM.exec(length) as RegExpExecArray;
  if (own === unit) return Number(number);
  return unit === 'step' ? Number(number) * stepsPerEpoch : Number(number) / stepsPerEpoch;
}

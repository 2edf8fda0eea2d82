import type { IfaTerm } from '@cxr-ifa/losses';
import { z } from 'zod';

const FORM = /^([A-Za-z][\w-]*):(-?\d*\.?\d+)(?::(\d*\.?\d+)(?::(\d+))?)?$/;
const message = { error: 'of the form stage:target[:weight[:pool]], such as layer1:0.3 or layer4:1:0.5:2' };

/** One term of the IFA loss as a text, `stage:target[:weight[:pool]]`. The text is kept, as options are echoed; {@link parseIfaTerm} reads it. */
export const ifaTermText: z.ZodType<string> = z.string(message).regex(FORM, message);

/** Reads a term that {@link ifaTermText} has let through; its ranges are checked by the loss. */
export function parseIfaTerm(text: string): IfaTerm {
  const [, stage = '', target, weight = '1', pool = '1'] = FORM.exec(text) ?? [];
  return { stage, target: Number(target), weight: Number(weight), pool: Number(pool) };
}

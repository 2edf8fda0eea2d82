import { z } from 'zod';

/** Seconds by unit, the longest first: the order in which a duration names them. */
const UNITS = { d: 86_400, h: 3600, m: 60, s: 1 } as const;
const FORM = new RegExp(`^(?=\\d)${Object.keys(UNITS).map((unit) => `(?:(\\d+)${unit})?`).join('')}$`);
/** Node's timers hold no more. */
const LONGEST = 24 * UNITS.d;
const error = 'a duration such as 2h30m, 45m or 90s, of at most 24d';

/** A duration such as `2h30m`; it stays a text, which {@link secondsOf} reads. */
export const duration: z.ZodType<string> = z.string({ error }).refine((text) => secondsOf(text) > 0 && secondsOf(text) <= LONGEST, { error });

/** The seconds of a duration; NaN if the text is none. */
export function secondsOf(text: string): number {
  const counts = FORM.exec(text)?.slice(1);
  return counts ? Object.values(UNITS).reduce((sum, seconds, index) => sum + seconds * Number(counts[index] ?? 0), 0) : NaN;
}

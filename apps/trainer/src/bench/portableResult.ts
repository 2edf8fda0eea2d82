import { z } from 'zod';

/** What Deno or a browser sends back: `runSteps`' result, or an error's message. */
const schema = z.union([
  z.object({
    adapter: z.looseObject({ name: z.string() }),
    losses: z.array(z.number()),
    holdings: z.array(z.object({ step: z.number(), tensors: z.number(), deviceBytes: z.number().optional() }).transform(({ deviceBytes, ...rest }) => ({ ...rest, ...(deviceBytes !== undefined && { deviceBytes }) }))),
  }),
  z.object({ error: z.string() }),
]);

/** The portable steps beside the built program: for a page with all that they need inside, for Deno as one of the installed modules. */
export const STEPS = { browser: new URL('./portableSteps.js', import.meta.url), deno: new URL('./denoSteps.js', import.meta.url) } as const;

/** Reads what another runtime reports. */
export function portableResult(json: string): { what: string; losses: number[]; holdings: { step: number; tensors: number; deviceBytes?: number }[] } {
  const result = schema.parse(JSON.parse(json));
  if ('error' in result) throw new Error(result.error);
  return { what: result.adapter.name, losses: result.losses, holdings: result.holdings };
}

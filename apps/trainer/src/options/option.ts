import { z } from 'zod';

/** One option of a command: its key in the table is its name in config files, and its flag in kebab case. */
export interface Option<Schema extends z.ZodType = z.ZodType> {
  /** What the help says. */
  readonly description: string;
  /** Checks and converts the value, from a flag's text as from a config file's value; a default is the schema's. Its message completes "must be ...". */
  readonly schema: Schema;
  /** What stands for the value in the help, such as `<n>`; a switch has none. */
  readonly value?: string;
  /** Whether the flag may be given several times, and the value is a list. */
  readonly repeatable?: boolean;
}

export type OptionTable = Readonly<Record<string, Option>>;
export type OptionValues<Table extends OptionTable> = { readonly [Name in keyof Table]: z.output<Table[Name]['schema']> };

/** The flag of an option: `batchSize` is `--batch-size`. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

const numberFromText = (value: unknown): unknown => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value);

/** An integer from `minimum` to `maximum`. */
export function integer(minimum: number, maximum = Number.MAX_SAFE_INTEGER): z.ZodType<number> {
  const error = maximum === Number.MAX_SAFE_INTEGER ? `an integer of at least ${minimum}` : `an integer from ${minimum} to ${maximum}`;
  return z.preprocess(numberFromText, z.int({ error }).min(minimum, { error }).max(maximum, { error }));
}

/** A number above `above` or from `minimum`, up to `maximum`. */
export function real({ above, minimum, maximum = Infinity }: { above?: number; minimum?: number; maximum?: number }): z.ZodType<number> {
  const lower = above === undefined ? `of at least ${minimum ?? -Infinity}` : `above ${above}`;
  const error = maximum === Infinity ? `a number ${lower}` : `a number ${lower} and at most ${maximum}`;
  return z.preprocess(
    numberFromText,
    z.number({ error }).refine((value) => value <= maximum && (above === undefined ? value >= (minimum ?? -Infinity) : value > above), { error }),
  );
}

/** One of the given words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words): z.ZodType<Words[number]> {
  return z.enum(words, { error: `one of ${words.join(', ')}` });
}

/** Any text but an empty one. */
export const text: z.ZodType<string> = z.string({ error: 'a text' }).min(1, { error: 'a text that is not empty' });

/** A switch. */
export const flag: z.ZodType<boolean> = z.boolean({ error: 'true or false' });

/** What stands between commas in a text, or a config file's list. */
const listFromText = (value: unknown): unknown => (typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value);

/** A list of such items, with commas between them in a text. */
export function listOf<Item>(item: z.ZodType<Item>, error = 'a list with commas between its items'): z.ZodType<Item[]> {
  return z.preprocess(listFromText, z.array(item, { error }));
}

/** Names with commas between them; none by default. */
export const names: z.ZodType<string[]> = listOf(z.string({ error: 'a list of names' }).min(1, { error: 'names with commas between them' }), 'names with commas between them').default([]);

/** Integers of at least 0 with commas between them; none by default. */
export const numbers: z.ZodType<number[]> = listOf(integer(0), 'numbers with commas between them').default([]);

import { InputError } from '@cxr-ifa/tensor';
import { z } from 'zod';
import { readRunFile } from '../run/runDirectory.ts';

const schema = z.looseObject({ data: z.looseObject({ path: z.string(), hash: z.string() }), resumed: z.array(z.unknown()) });

/** Reads what a run of `gan train` says of where it comes from. @throws {InputError} If the folder is no such run. */
export async function readGanRunCard(folder: string, action: string): Promise<z.output<typeof schema>> {
  const card = schema.safeParse(await readRunFile(folder, 'run-card.json'));
  if (!card.success) throw new InputError(`Cannot ${action} as its run-card.json is damaged or of another version`);
  return card.data;
}

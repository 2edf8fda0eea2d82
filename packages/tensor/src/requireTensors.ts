import { InputError } from './inputError.ts';

/** What has a shape: a tensor, or what is known of one. */
type Shaped = ReadonlyMap<string, { readonly shape: readonly number[] }>;

/**
 * Checks named tensors at the door, such as those of a checkpoint, which may be of another network: each that is wanted must be there, in its shape. More may be there.
 *
 * @param action What cannot be done otherwise, as in "Cannot `action`".
 * @param found What there is.
 * @param wanted The names and shapes that are needed.
 * @param hint What may be the matter, as a question or an advice. @default {none}
 * @throws {InputError} If a tensor is missing or has another shape.
 *
 * @example
 * ```ts
 * requireTensors('open the encoder', loaded, encoder.initialise(noRandomness).parameters);
 * ```
 */
export function requireTensors(action: string, found: Shaped, wanted: Shaped, hint?: string): void {
  for (const [name, { shape }] of wanted) {
    const current = found.get(name)?.shape;
    if (current?.join() === shape.join()) continue;
    throw new InputError(`Cannot ${action} as ${name} must have shape [${shape.join(', ')}]: ${current ? `current shape is [${current.join(', ')}]` : 'it is missing'}${hint === undefined ? '' : `; ${hint}`}`);
  }
}

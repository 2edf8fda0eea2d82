import { createRng, type Rng } from '@cxr-ifa/tensor';

/** A generator whose forks `shuffle, step` permute as a golden fixture says, and which is an ordinary one otherwise. */
export function givenShuffles(permutations: readonly (readonly number[])[]): Rng {
  const rng = createRng(1);
  return { ...rng, fork: (...labels) => (labels[0] === 'shuffle' ? { ...rng, permutation: () => Int32Array.from(permutations[labels[1] as number] as readonly number[]) } : rng.fork(...labels)) };
}

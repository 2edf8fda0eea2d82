/** One term of the IFA loss: which stage, to which cosine its maps are pulled, and how much that counts. */
export interface IfaTerm {
  /** The encoder's stage, such as `layer4`. */
  readonly stage: string;
  /** The cosine to approximate, from -1 to 1. */
  readonly target: number;
  /** The term's weight in the sum, 0 or more. */
  readonly weight: number;
  /** Both maps are first averaged over windows of pool x pool positions; the map's height and width must be multiples of it. @default {1} */
  readonly pool?: number;
}

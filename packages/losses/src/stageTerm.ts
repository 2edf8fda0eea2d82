/** A stage's share in a loss. */
export interface StageTerm {
  /** The encoder's stage, such as `layer4`. */
  readonly stage: string;
  /** The term's weight in the sum, 0 or more. */
  readonly weight: number;
}

/** Refuses two terms of one stage, and weights that are none. */
export function checkStageTerms(action: string, terms: readonly StageTerm[]): void {
  const seen = new Set<string>();
  for (const { stage, weight } of terms) {
    if (seen.has(stage)) throw new RangeError(`Cannot ${action} as each stage must have one term: current terms have ${stage} twice`);
    seen.add(stage);
    if (!(weight >= 0 && Number.isFinite(weight))) throw new RangeError(`Cannot ${action} as the weight of ${stage} must be 0 or more: current value is ${weight}`);
  }
}

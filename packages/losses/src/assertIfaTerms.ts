import type { IfaTerm } from './ifaTerm.ts';
import { checkStageTerms } from './stageTerm.ts';

/**
 * Refuses terms of the IFA loss that are none, so that a trainer can do so before its first step.
 *
 * @param action What cannot be done if they are wrong, as in "Cannot `action`".
 * @throws {RangeError} If a stage has two terms, a target is no cosine, a weight is below 0 or a pool is no positive integer.
 */
export function assertIfaTerms(action: string, terms: readonly IfaTerm[]): void {
  checkStageTerms(action, terms);
  for (const { stage, target, pool = 1 } of terms) {
    if (!(target >= -1 && target <= 1)) throw new RangeError(`Cannot ${action} as the target of ${stage} must be from -1 to 1: current value is ${target}`);
    if (!(Number.isInteger(pool) && pool >= 1)) throw new RangeError(`Cannot ${action} as the pool of ${stage} must be a positive integer: current value is ${pool}`);
  }
}

import { ifaPresets, kakuMse, stageMse, type IfaTerm, type IntermediateLoss, type StageTerm } from '@cxr-ifa/losses';
import { parseIfaTerm } from '../options/ifaTerm.ts';
import type { PretrainOptions } from '../options/pretrainOptions.ts';
import { UsageError } from '../usageError.ts';

const KAKU_MSE: IntermediateLoss = { name: 'mse', stages: kakuMse.map(({ stage }) => stage), compute: (query, key) => stageMse(query, key, { terms: kakuMse }) };

/**
 * The loss on intermediate maps that `--ifa` names, or that `--ifa-terms` spells out, as the momentum-contrast trainer takes it, and its terms for the record.
 *
 * @throws {UsageError} If terms are given where there is no IFA loss.
 */
export function intermediateOf({ ifa: name, ifaTerms }: Pick<PretrainOptions, 'ifa' | 'ifaTerms'>): { readonly ifa: readonly IfaTerm[]; readonly intermediate?: IntermediateLoss; readonly terms: readonly StageTerm[] } {
  if (ifaTerms.length > 0) {
    if (name === 'none' || name === 'kaku-mse') throw new UsageError(`Cannot take --ifa-terms with --ifa ${name}, which has no IFA loss: leave one of the two out`);
    const terms = ifaTerms.map(parseIfaTerm);
    return { ifa: terms, terms };
  }
  if (name === 'kaku-mse') return { ifa: [], intermediate: KAKU_MSE, terms: kakuMse };
  return { ifa: ifaPresets[name], terms: ifaPresets[name] };
}

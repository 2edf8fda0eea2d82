import { ifaPresets, kakuMse, stageMse, type IfaTerm, type IntermediateLoss, type StageTerm } from '@cxr-ifa/losses';
import type { PretrainOptions } from '../options/pretrainOptions.ts';

const KAKU_MSE: IntermediateLoss = { name: 'mse', stages: kakuMse.map(({ stage }) => stage), compute: (query, key) => stageMse(query, key, { terms: kakuMse }) };

/** The loss on intermediate maps that `--ifa` names, as the momentum-contrast trainer takes it, and its terms for the record. */
export function intermediateOf(name: PretrainOptions['ifa']): { readonly ifa: readonly IfaTerm[]; readonly intermediate?: IntermediateLoss; readonly terms: readonly StageTerm[] } {
  if (name === 'kaku-mse') return { ifa: [], intermediate: KAKU_MSE, terms: kakuMse };
  return { ifa: ifaPresets[name], terms: ifaPresets[name] };
}

import { adamW, lars, sgd, type Optimizer, type ParameterFilter } from '@cxr-ifa/optim';
import { OPTIMIZERS } from '../options/optimisationOptions.ts';
import type { PretrainOptions } from '../options/pretrainOptions.ts';

type RateOptions = Pick<PretrainOptions, 'optimizer' | 'learningRate' | 'weightDecay'>;

/** The learning rate and weight decay that were given, or the optimiser's own. */
export function ratesOf({ optimizer, ...given }: RateOptions): { learningRate: number; weightDecay: number } {
  const { learningRate, weightDecay } = OPTIMIZERS[optimizer];
  return { learningRate: given.learningRate ?? learningRate, weightDecay: given.weightDecay ?? weightDecay };
}

/** What `--decay-except` names. In our encoders and projectors only batch-norm has parameters of rank 1; in the head, biases. */
const KINDS: Record<PretrainOptions['decayExcept'][number], ParameterFilter> = {
  'batch-norm': (name, { rank }) => rank === 1 && !name.startsWith('head.'),
  bias: (name) => name.endsWith('.bias'),
};

/** The optimiser that the options ask for. */
export function optimizerOf({ decayExcept, ...options }: RateOptions & Pick<PretrainOptions, 'decayExcept'>): Optimizer {
  const { weightDecay } = ratesOf(options);
  const decays: ParameterFilter = (name, parameter) => !decayExcept.some((kind) => KINDS[kind](name, parameter));
  const makers = { sgd: () => sgd({ weightDecay, decays }), adamw: () => adamW({ weightDecay, decays }), lars: () => lars({ weightDecay }) };
  return makers[options.optimizer]();
}

import type { Encoder } from '@cxr-ifa/tensor';

/** Factors of the learning rate: by the encoder's stages, and of the head. With 0 a part stays as it is. */
export type StageRates = Readonly<Record<string, number>>;

/** The name of the linear layer's factor among {@link StageRates}. */
export const HEAD = 'head';

/** How the factors fall towards the images. */
export interface StageRatesOptions {
  /** The first stages up to this one, included, are frozen. @default {none} */
  readonly freeze?: string;
  /** The factor from each stage to the one before it: early stages are general and move less. @default {1} */
  readonly decay?: number;
  /** The factor of the encoder's last stage; the head's is 1. @default {1} */
  readonly encoder?: number;
}

/**
 * Stage-wise learning rates: encoder x decay^d for the stage that lies d stages before the last, 0 for the frozen ones, and 1 for the head.
 *
 * @param encoder The encoder whose stages are meant.
 * @param options What is frozen, and how rates fall.
 * @returns One factor a stage, and `head`.
 * @throws {RangeError} If there is no such stage, or a factor is negative or not finite.
 *
 * @example
 * ```ts
 * stageRates(encoder, { freeze: 'layer2', decay: 0.5, encoder: 0.1 }); // { stem: 0, layer1: 0, layer2: 0, layer3: 0.05, layer4: 0.1, head: 1 }
 * ```
 * @see Howard and Ruder 2018, Universal Language Model Fine-tuning for Text Classification, section 3.2 (discriminative fine-tuning)
 */
export function stageRates({ stages }: Pick<Encoder, 'stages'>, { freeze, decay = 1, encoder = 1 }: StageRatesOptions = {}): StageRates {
  for (const [name, value] of Object.entries({ decay, encoder })) {
    if (!(value >= 0 && value < Infinity)) throw new RangeError(`Cannot make learning rates of stages as ${name} must be 0 or more: current value is ${value}`);
  }
  const last = stages.length - 1;
  const frozen = freeze === undefined ? -1 : stages.findIndex(({ name }) => name === freeze);
  if (freeze !== undefined && frozen < 0) throw new RangeError(`Cannot freeze stages as the last of them must be one of ${stages.map(({ name }) => name).join(', ')}: current value is ${freeze}`);
  return Object.fromEntries([...stages.map(({ name }, index) => [name, index <= frozen ? 0 : encoder * decay ** (last - index)] as const), [HEAD, 1]]);
}

/** The stage that an encoder's parameter belongs to: the one whose name it begins with, as torchvision's do, and otherwise the first, such as the stem of `conv1` and `bn1`. */
export function stageOfParameter({ stages }: Pick<Encoder, 'stages'>, parameter: string): string {
  return (stages.find(({ name }) => parameter.startsWith(`${name}.`)) ?? (stages[0] as Encoder['stages'][number])).name;
}

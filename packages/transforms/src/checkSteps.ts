import type { AugmentationStep, Operation } from './augmentationStep.ts';
import type { AugmentationOptions } from './createAugmentation.ts';
import { hasLevelOperation } from './drawLevelOperation.ts';

/** The parameters of every operation, and what each may be: steps come from configuration files too. */
const RULES: { readonly [Name in Operation['operation']]: Readonly<Record<Exclude<keyof Extract<Operation, { operation: Name }>, 'operation'>, readonly [low: number, high: number] | 'sizes'>> } = {
  medianBlur: {},
  motionBlur: { sizes: 'sizes' },
  gaussianBlur: { sigma: [1e-3, 100] },
  sharpen: { alpha: [0, 1], lightness: [0, 10] },
  brightnessContrast: { brightness: [-1, 1], contrast: [0, 10] },
  colourJitter: { brightness: [0, 10], contrast: [0, 10] },
  gaussianNoise: { variance: [0, 1] },
  multiplicativeNoise: { factor: [0, 10] },
  valueShift: { shift: [-1, 1] },
  shiftScaleRotate: { shift: [-1, 1], scale: [0.01, 100], degrees: [-180, 180] },
  opticalDistortion: { strength: [-0.2, 0.2] },
  randomResizedCrop: { area: [1e-4, 1], aspect: [0.01, 100] },
  horizontalFlip: {},
};

/**
 * Checks a table of steps before the first view is drawn.
 *
 * @throws {RangeError} If an operation is unknown or not there in this arithmetic, or a probability, weight or parameter is missing or impossible.
 */
export function checkSteps(steps: readonly AugmentationStep[], arithmetic: AugmentationOptions['arithmetic'] = 'float'): void {
  if (arithmetic !== 'float' && arithmetic !== 'uint8') throw new RangeError(`Cannot augment as the arithmetic must be float or uint8: current value is ${String(arithmetic)}`);
  for (const step of steps) {
    if (!(step.probability >= 0 && step.probability <= 1)) throw new RangeError(`Cannot augment as a step's probability must be between 0 and 1: current value is ${step.probability}`);
    if (!('oneOf' in step)) {
      checkOperation(step, arithmetic);
      continue;
    }
    for (const operation of step.oneOf) {
      if (!(operation.weight > 0)) throw new RangeError(`Cannot augment as the weight of ${operation.operation} must be positive: current value is ${operation.weight}`);
      checkOperation(operation, arithmetic);
    }
    if (step.oneOf.length === 0) throw new RangeError('Cannot augment as a step must offer at least one operation: its oneOf is empty');
  }
}

function checkOperation(operation: Operation, arithmetic: AugmentationOptions['arithmetic']): void {
  if (!Object.hasOwn(RULES, operation.operation)) throw new RangeError(`Cannot augment as an operation must be one of ${Object.keys(RULES).join(', ')}: current value is ${operation.operation}`);
  if (arithmetic === 'uint8' && !hasLevelOperation(operation)) throw new RangeError(`Cannot augment in uint8 arithmetic as ${operation.operation} is no operation of the method: use float`);
  for (const [name, rule] of Object.entries<readonly [number, number] | 'sizes'>(RULES[operation.operation])) {
    const value: unknown = operation[name as keyof Operation];
    const numbers = Array.isArray(value) && value.every((item) => typeof item === 'number') ? (value as number[]) : undefined;
    if (rule === 'sizes') {
      if (!numbers || numbers.length === 0 || !numbers.every((size) => size % 2 === 1 && size >= 3 && size <= 99)) throw new RangeError(`Cannot augment as ${name} of ${operation.operation} must be odd numbers from 3 to 99: current value is ${JSON.stringify(value)}`);
      continue;
    }
    const [low, high] = numbers ?? [];
    if (numbers?.length !== 2 || !(low! >= rule[0] && low! <= high! && high! <= rule[1])) {
      throw new RangeError(`Cannot augment as ${name} of ${operation.operation} must be [low, high] between ${rule[0]} and ${rule[1]}: current value is ${JSON.stringify(value)}`);
    }
  }
}

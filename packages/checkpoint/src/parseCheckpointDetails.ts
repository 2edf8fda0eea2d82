import { InputError } from '@cxr-ifa/tensor';
import { CHECKPOINT_FORMAT, type CheckpointDetails } from './trainingCheckpoint.ts';

type Check = (value: unknown) => boolean;
/** A check of a value, or of each named part of an object; with `?` the part may be missing. */
type Shape = Check | { readonly [name: string]: Shape };

const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isPositiveCount: Check = (value) => isCount(value) && value !== 0;
const isNumber: Check = Number.isFinite;
const oneOf = (...values: readonly unknown[]): Check => (value) => values.includes(value);

const DETAILS: Shape = {
  format: oneOf(CHECKPOINT_FORMAT),
  step: isCount,
  epoch: isCount,
  queuePointer: isCount,
  'queueFilled?': isCount,
  optimizerStep: isCount,
  'optimizer?': oneOf('sgd', 'adamw', 'lars'),
  randomState: { key: (value) => Array.isArray(value) && value.length === 2 && value.every(isCount), counter: isCount },
  sampler: { epoch: isCount, position: isCount, images: isCount },
  encoder: { architecture: (value) => typeof value === 'string', width: isPositiveCount, inputChannels: oneOf(1, 3) },
  preprocessing: {
    imageSize: isPositiveCount,
    clipPercentile: isNumber,
    'aspect?': oneOf('stretch', 'pad', 'crop'),
    normalisation: { mean: isNumber, std: (value) => isNumber(value) && (value as number) > 0 },
  },
};

/**
 * Reads what a checkpoint says besides its tensors, and checks all of it, since the file may come from anywhere.
 *
 * @param json The text under `cxr-ifa` in the file's metadata.
 * @throws {InputError} If it is no JSON, of another version, or damaged.
 */
export function parseCheckpointDetails(json: string): CheckpointDetails {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new InputError('Cannot read the checkpoint as its cxr-ifa metadata must be JSON', { cause: error });
  }
  const wrong = findWrong(value, DETAILS, '');
  if (wrong !== undefined) throw new InputError(`Cannot read the checkpoint as its cxr-ifa metadata is of another version or damaged: ${wrong}`);
  const { format: _, ...details } = value as CheckpointDetails & { format: string };
  const { aspect = 'stretch' } = details.preprocessing; // files from before there was a choice were stretched
  return { ...details, preprocessing: { ...details.preprocessing, aspect } };
}

/** The first part that is missing or has a value that it may not have, in words. */
function findWrong(value: unknown, shape: Shape, path: string): string | undefined {
  if (typeof shape === 'function') return shape(value) ? undefined : `${path} is ${value === undefined ? 'missing' : JSON.stringify(value)}`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `${path || 'it'} is no object`;
  for (const [key, part] of Object.entries(shape)) {
    const name = key.replace(/\?$/, '');
    const found = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
    if (found === undefined && key.endsWith('?')) continue;
    const wrong = findWrong(found, part, path ? `${path}.${name}` : name);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

import { InputError } from '@cxr-ifa/tensor';
import { readElements } from './readElements.ts';
import { repeatedKey } from './repeatedKey.ts';
import { elementCount, STORED_TYPES, type StoredTensor, type StoredType } from './storedTensor.ts';

/** What a safetensors file holds. */
export interface Safetensors {
  /** By name, in the order in which they lie in the file. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** The file's `__metadata__`; empty where it has none. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The limit of the format's own reader. */
const MAXIMUM_HEADER_BYTES = 100_000_000;

/**
 * Reads a safetensors file. Every size is checked against the file before anything is allocated,
 * and the tensors must cover the file without gap or overlap, as the format demands.
 *
 * @param bytes The whole file; borrowed, and the tensors are copies (a file aligns nothing).
 * @returns Its tensors, in the file's layout (PyTorch's: see `parametersFromPyTorch`), and its metadata.
 * @throws {InputError} If the file is truncated or damaged, or holds a type that this package does not read.
 *
 * @example
 * ```ts
 * const { tensors, metadata } = readSafetensors(await readFile('encoder.safetensors'));
 * ```
 * @see https://github.com/huggingface/safetensors#format
 */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  if (bytes.length < 8) throw refusal('the file must begin with the 8-byte length of its header', `${bytes.length} bytes`);
  const declaredLength = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true);
  if (declaredLength > BigInt(MAXIMUM_HEADER_BYTES)) throw refusal(`the header must be at most ${MAXIMUM_HEADER_BYTES} bytes long`, declaredLength);
  const headerLength = Number(declaredLength);
  if (headerLength > bytes.length - 8) throw refusal(`the header must fit into the file of ${bytes.length} bytes`, headerLength);
  const header = parseHeader(bytes.subarray(8, 8 + headerLength));
  const buffer = bytes.subarray(8 + headerLength);

  const metadata = header['__metadata__'] ?? {};
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    throw refusal('its __metadata__ must be an object of strings', JSON.stringify(metadata)?.slice(0, 80));
  }
  const entries = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => checkEntry(name, entry))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  let position = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== position) throw refusal(`tensor ${name} must begin at byte ${position}, where the one before it ends`, begin);
    if (end > buffer.length) throw refusal(`tensor ${name} must end inside the file's ${buffer.length} bytes of data`, end);
    position = end;
  }
  if (position !== buffer.length) throw refusal(`its tensors must fill the file's ${buffer.length} bytes of data`, position);

  return {
    tensors: new Map(entries.map(({ name, dtype, shape, begin, end }) => [name, { dtype, shape, data: readElements(dtype, buffer.subarray(begin, end)) }])),
    metadata: metadata as Record<string, string>,
  };
}

interface Entry {
  readonly name: string;
  readonly dtype: StoredType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    header = JSON.parse(text);
  } catch (error) {
    throw new InputError('Cannot read the safetensors file as its header must be JSON in UTF-8', { cause: error });
  }
  if (!isRecord(header)) throw refusal('its header must be a JSON object', text.slice(0, 80));
  const repeated = repeatedKey(text);
  if (repeated !== undefined) throw refusal('no name may appear twice in its header', repeated);
  return header;
}

function checkEntry(name: string, entry: unknown): Entry {
  if (!isRecord(entry)) throw refusal(`tensor ${name} must be described by an object`, JSON.stringify(entry)?.slice(0, 80));
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string' || !Object.hasOwn(STORED_TYPES, dtype)) {
    throw refusal(`the type of tensor ${name} must be one of ${Object.keys(STORED_TYPES).join(', ')}`, JSON.stringify(dtype));
  }
  const count = elementCount(shape);
  if (count === undefined) throw refusal(`the shape of tensor ${name} must be an array of non-negative integers with a countable product`, JSON.stringify(shape)?.slice(0, 80));
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every((offset) => Number.isSafeInteger(offset) && offset >= 0)) {
    throw refusal(`the offsets of tensor ${name} must be two non-negative integers`, JSON.stringify(offsets)?.slice(0, 80));
  }
  const [begin, end] = offsets as [number, number];
  const length = count * STORED_TYPES[dtype as StoredType].bytes;
  if (end - begin !== length) throw refusal(`tensor ${name} of type ${dtype} and shape [${(shape as number[]).join(', ')}] must take ${length} bytes`, end - begin);
  return { name, dtype: dtype as StoredType, shape: shape as number[], begin, end };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refusal(rule: string, value: unknown): InputError {
  return new InputError(`Cannot read the safetensors file as ${rule}: current value is ${value}`);
}

import { InputError } from '@cxr-ifa/tensor';
import { ITEM, PIXEL_DATA, readItem, type DataElement, type DataSet } from './readDataSet.ts';

/** A fragment takes eight bytes at least, and no writer cuts a frame into more than a few. */
const MAXIMUM_FRAGMENTS = 65_536;

/**
 * The codestream of one frame: all fragments where there is one frame, its own where there are as many fragments as frames,
 * else those from its place in the offset table on.
 *
 * @see DICOM PS3.5, annex A.4
 * @throws {InputError} If the fragments are truncated or cannot be told apart.
 */
export function encapsulatedFrame(dataSet: DataSet, frames: number, frame: number): Uint8Array {
  const [table, ...fragments] = readFragments(dataSet);
  if (!table || fragments.length === 0) throw new InputError('Cannot decode the DICOM as its pixel data hold no fragments');
  if (frames === 1) return join(dataSet.bytes, fragments);
  if (fragments.length === frames) return join(dataSet.bytes, fragments.slice(frame, frame + 1));
  if (table.length !== 4 * frames) throw new InputError(`Cannot decode the DICOM as it must tell which of its ${fragments.length} fragments make which of its ${frames} frames: its offset table is missing`);
  const startOf = (index: number): number => (index < frames ? (fragments[0] as Fragment).start + dataSet.view.getUint32(table.start + 4 * index, true) : Infinity);
  const own = fragments.filter(({ start }) => start >= startOf(frame) && start < startOf(frame + 1));
  if (own.length === 0) throw new InputError(`Cannot decode the DICOM as its offset table names no fragment for frame ${frame}: it is corrupt`);
  return join(dataSet.bytes, own);
}

interface Fragment {
  readonly start: number;
  readonly length: number;
}

function readFragments({ view, encoding, elements }: DataSet): Fragment[] {
  const element = elements.get(PIXEL_DATA) as DataElement;
  if (element.length !== undefined) throw new InputError('Cannot decode the DICOM as its compressed pixel data must be wrapped in fragments');
  const fragments: Fragment[] = [];
  for (let offset = element.start; ; ) {
    const { tag, start, length } = readItem(view, offset, encoding);
    if (tag !== ITEM) return fragments;
    if (length === undefined) throw new InputError('Cannot decode the DICOM as its fragments must tell their lengths');
    if (fragments.length > MAXIMUM_FRAGMENTS) throw new InputError(`Cannot decode the DICOM as it must have at most ${MAXIMUM_FRAGMENTS} fragments`);
    fragments.push({ start, length });
    offset = start + length;
  }
}

function join(bytes: Uint8Array, fragments: readonly Fragment[]): Uint8Array {
  const [first] = fragments;
  if (first && fragments.length === 1) return bytes.subarray(first.start, first.start + first.length);
  const whole = new Uint8Array(fragments.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const { start, length } of fragments) {
    whole.set(bytes.subarray(start, start + length), offset);
    offset += length;
  }
  return whole;
}

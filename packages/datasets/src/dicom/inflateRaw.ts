import { InputError } from '@cxr-ifa/tensor';
import { Inflate } from 'fflate';

const PIECE = 65_536;

/**
 * Decompresses a deflate stream without header by pieces; it is stopped within one piece of the limit.
 *
 * @throws {InputError} If the stream holds more than `maximumLength` bytes; fflate's own error if it is corrupt or ends early.
 */
export function inflateRaw(data: Uint8Array, maximumLength: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let length = 0;
  const stream = new Inflate((part) => {
    length += part.length;
    if (length > maximumLength) throw new InputError(`Cannot read the DICOM as its deflated data must have at most ${maximumLength} bytes`);
    parts.push(part);
  });
  for (let start = 0; start < data.length; start += PIECE) stream.push(data.subarray(start, start + PIECE), start + PIECE >= data.length);
  const whole = new Uint8Array(length);
  for (let offset = 0, part = parts.shift(); part; part = parts.shift()) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

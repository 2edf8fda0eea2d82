import { InputError } from '@cxr-ifa/tensor';
import { Unzlib } from 'fflate';

/** Decompresses a zlib stream of at most `maximumLength` bytes; more than that, or a broken stream, is an error. The result is given away. */
export type Inflate = (data: Uint8Array, maximumLength: number) => Uint8Array | Promise<Uint8Array>;

const PIECE = 65_536;

/**
 * Decompresses a zlib stream with fflate. The input goes in by pieces, and each can swell to 1,032 times its size at the most:
 * a stream made to exhaust the memory is stopped within one piece of the limit.
 *
 * @param data The zlib stream.
 * @param maximumLength The most bytes that may come out.
 * @throws {InputError} If the stream is corrupt, ends early, or holds more.
 */
export function inflateZlib(data: Uint8Array, maximumLength: number): Uint8Array {
  const output = new Uint8Array(maximumLength);
  let length = 0;
  const stream = new Unzlib((part) => {
    if (length + part.length > maximumLength) throw new InputError('Cannot decompress the data as they hold more than the header announces');
    output.set(part, length);
    length += part.length;
  });
  for (let start = 0; start < data.length; start += PIECE) stream.push(data.subarray(start, start + PIECE), start + PIECE >= data.length);
  return output.subarray(0, length);
}

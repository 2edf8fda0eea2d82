import { crc32c } from './crc32c.ts';

/**
 * One record of a TFRecord file: length (64 bits), its masked checksum, the data, its masked checksum; little-endian.
 *
 * @see https://www.tensorflow.org/tutorials/load_data/tfrecord
 */
export function encodeRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(data.length + 16);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, masked(crc32c(record.subarray(0, 8))), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, masked(crc32c(data)), true);
  return record;
}

/** A checksum of data that holds checksums is a bad one: TFRecord turns and shifts it. */
function masked(checksum: number): number {
  return (((checksum >>> 15) | (checksum << 17)) + 0xa282ead8) >>> 0;
}

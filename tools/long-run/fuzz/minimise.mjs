import { runInputs } from './runInputs.mjs';

/**
 * A smaller input that is wrong in the same way: pieces are left out while that holds, by halves at first, then what is left is set to zero.
 *
 * @param {{ bytes: Uint8Array, table?: string }} input
 * @param {string} reason Why it is wrong.
 * @param {number} tries How many inputs to run at the most.
 */
export async function minimise(kind, input, reason, tries = 60) {
  let { bytes } = input;
  const stillWrong = async (candidate) => {
    let result;
    await runInputs({ kind, input: { ...input, bytes: Buffer.from(candidate).toString('base64') } }, (each) => (result = each));
    return result?.outcome === 'wrong' && sort(result.reason) === sort(reason);
  };
  for (const change of [(start, end) => Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]), (start, end) => Buffer.from(bytes).fill(0, start, end)]) {
    for (let piece = Math.ceil(bytes.length / 2); piece >= 1 && tries > 0; piece = piece === 1 ? 0 : Math.ceil(piece / 2)) {
      for (let start = 0; start < bytes.length && tries > 0; tries--) {
        const candidate = Uint8Array.from(change(start, Math.min(bytes.length, start + piece)));
        if (!Buffer.from(candidate).equals(Buffer.from(bytes)) && (await stillWrong(candidate))) {
          start += candidate.length < bytes.length ? 0 : piece;
          bytes = candidate;
        } else start += piece;
      }
    }
  }
  return { ...input, bytes };
}

/** The kind of fault: its first words without numbers. */
const sort = (reason) => reason.replaceAll(/[\d.]+/g, '').slice(0, 40);

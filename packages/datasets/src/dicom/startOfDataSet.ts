const PREAMBLE = 128;

/**
 * Where a DICOM file's first element starts: behind the preamble and `DICM`, or at 0 in the old form without them,
 * which is known by a first element of group 2 or 8 with a low number and a plausible length. -1 if it is neither.
 */
export function startOfDataSet(bytes: Uint8Array): number {
  if (String.fromCharCode(...bytes.subarray(PREAMBLE, PREAMBLE + 4)) === 'DICM') return PREAMBLE + 4;
  const [group, groupHigh, , elementHigh, first, second, third, fourth] = bytes;
  if ((group !== 2 && group !== 8) || groupHigh !== 0 || elementHigh !== 0) return -1;
  const explicit = /^(UL|UI|CS|SH|LO|OB)$/.test(String.fromCharCode(first as number, second as number));
  return explicit || (third === 0 && fourth === 0) ? 0 : -1;
}

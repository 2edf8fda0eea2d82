// Small draws that all mutators share; `rng` is always an Rng of @cxr-ifa/tensor.

/** One of a list. */
export function pick(rng, list) {
  return list[rng.integer(list.length)];
}

/** True with the given probability. */
export function chance(rng, probability) {
  return rng.uniform() < probability;
}

/** An integer where programs break: around powers of two, up to `maximum`. */
export function edgeNumber(rng, maximum) {
  const edges = [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 127, 128, 255, 256, 257, 1023, 1024, 4095, 4096, 32767, 32768, 65534, 65535, 65536, 2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 2, 2 ** 32 - 1];
  return pick(rng, edges.filter((edge) => edge <= maximum));
}

/** Mostly small, seldom large: a length from 0 to `maximum`, equally likely in each octave. */
export function skewedLength(rng, maximum) {
  return Math.floor(2 ** rng.uniform(0, Math.log2(maximum + 1))) - 1;
}

export function randomBytes(rng, length) {
  return Uint8Array.from({ length }, () => rng.integer(256));
}

export function concatenate(parts) {
  return Uint8Array.from(Buffer.concat(parts));
}

/** Numbers as big-endian bytes, `size` bytes each. */
export function bigEndian(size, ...numbers) {
  const bytes = Buffer.alloc(size * numbers.length);
  numbers.forEach((number, index) => bytes.writeUIntBE(number, size * index, size));
  return Uint8Array.from(bytes);
}

/** Changes of a list's order and number, for chunks, segments, elements and rows alike; `first` entries stay in place. */
export const listMutators = {
  swap(rng, list, first = 0) {
    if (list.length - first < 2) return;
    const [a, b] = [first + rng.integer(list.length - first), first + rng.integer(list.length - first)];
    [list[a], list[b]] = [list[b], list[a]];
  },
  duplicate(rng, list, first = 0) {
    if (list.length <= first) return;
    const entry = list[first + rng.integer(list.length - first)];
    list.splice(first + rng.integer(list.length - first), 0, ...Array.from({ length: 1 + skewedLength(rng, 20) }, () => structuredClone(entry)));
  },
  drop(rng, list, first = 0) {
    if (list.length > first) list.splice(first + rng.integer(list.length - first), 1);
  },
};

/** Applies 1 to `most` mutators of a table, fewer being likelier. */
export function applySome(rng, table, most, ...structure) {
  const names = Object.keys(table);
  for (let count = 1 + skewedLength(rng, most); count > 0; count--) table[pick(rng, names)](rng, ...structure);
}

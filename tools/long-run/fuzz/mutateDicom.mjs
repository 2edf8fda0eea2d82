import { readDicom, writeDicom, writeElement, writeItem } from './dicomElements.mjs';
import { applySome, bigEndian, chance, concatenate, edgeNumber, listMutators, pick, randomBytes, skewedLength } from './draw.mjs';
import { mutateBytes } from './mutateBytes.mjs';
import { mutateJpeg } from './mutateJpeg.mjs';

const ROOT = '1.2.840.10008.1.2';
const SYNTAXES = ['', '.1', '.1.99', '.2', '.5', '.4.50', '.4.51', '.4.57', '.4.70', '.4.80', '.4.81', '.4.90', '.4.91', '.4.100', '.4.201'].map((part) => ROOT + part);
const VRS = ['AE', 'AS', 'CS', 'DS', 'IS', 'LO', 'OB', 'OW', 'OF', 'PN', 'SQ', 'SS', 'UI', 'UL', 'UN', 'US', 'UT', 'ZZ', 'u\0', '\0\0'];
const NUMBERS = ['0', '-0', '1', '-1', '0.5', '1e308', '-1e308', '1e-308', '1e999', 'NaN', 'Infinity', '', ' ', '1\\2\\3', '\\', '0x10', '1,5', '9'.repeat(300), '4095', '65536', '\u001b[31m'];
const TEXTS = ['', '\0\0', 'MONOCHROME1', 'INVERSE', 'SIGMOID', 'LINEAR_EXACT', 'ISO 2022 IR 87', 'ISO_IR 192', '\u001b$B', '\u00ff\u00fe', 'A'.repeat(5000), '__proto__', 'constructor'];
const PHOTOMETRICS = ['MONOCHROME1', 'MONOCHROME2', 'PALETTE COLOR', 'RGB', 'YBR_FULL', 'YBR_FULL_422', 'YBR_RCT', 'YBR_ICT', 'HSV', ''];
const [PIXEL_DATA, ITEM, ITEM_END, SEQUENCE_END] = [0x7fe00010, 0xfffee000, 0xfffee00d, 0xfffee0dd];
const UNDEFINED = 0xffffffff;

/**
 * Changes a DICOM file element by element; groups of elements that belong together, such as palettes, are changed together.
 *
 * @param {import('@cxr-ifa/tensor').Rng} rng
 * @param {Uint8Array} bytes A DICOM file; one that cannot be walked, and anything else, is changed byte by byte.
 */
export function mutateDicom(rng, bytes) {
  let file;
  try {
    file = readDicom(bytes);
  } catch {
    return mutateBytes(rng, bytes);
  }
  if (file.elements.length === 0) return mutateBytes(rng, bytes);
  applySome(rng, MUTATORS, 4, file);
  const changed = writeDicom(file);
  return chance(rng, 0.05) ? mutateBytes(rng, changed) : changed;
}

const MUTATORS = {
  swap: (rng, { elements }) => listMutators.swap(rng, elements),
  duplicate: (rng, { elements }) => listMutators.duplicate(rng, elements),
  drop: (rng, { elements }) => elements.length > 1 && listMutators.drop(rng, elements),
  dropMeta: (rng, { meta }) => listMutators.drop(rng, meta),
  tag: (rng, { elements }) => (pick(rng, elements).tag = chance(rng, 0.5) ? rng.uint32() : pick(rng, elements).tag),
  vr: (rng, { elements }) => (pick(rng, elements).vr = pick(rng, VRS)),
  length(rng, { elements }) {
    const element = pick(rng, elements);
    element.length = chance(rng, 0.6) ? edgeNumber(rng, 2 ** 32 - 1) : Math.max(0, (element.value?.length ?? 0) + rng.integer(5) - 2);
  },
  value(rng, { elements }) {
    const element = pick(rng, elements);
    if (element.value) element.value = Buffer.from(mutateBytes(rng, element.value));
  },
  text: (rng, { elements }) => {
    const element = pick(rng, elements);
    if (element.value) element.value = Buffer.from(pick(rng, TEXTS), 'latin1');
  },
  rows: (rng, file) => setNumbers(file, 0x00280010, chance(rng, 0.5) ? edgeNumber(rng, 65535) : rng.integer(4096)),
  columns: (rng, file) => setNumbers(file, 0x00280011, chance(rng, 0.5) ? edgeNumber(rng, 65535) : rng.integer(4096)),
  bitsAllocated: (rng, file) => setNumbers(file, 0x00280100, pick(rng, [0, 1, 8, 8, 12, 16, 16, 32, 64, 65535])),
  bitsStored: (rng, file) => setNumbers(file, 0x00280101, rng.integer(18)),
  bits(rng, file) {
    const [allocated, stored] = [pick(rng, [8, 16]), 1 + rng.integer(16)];
    setNumbers(file, 0x00280100, allocated);
    setNumbers(file, 0x00280101, Math.min(stored, allocated));
    setNumbers(file, 0x00280102, Math.min(stored - 1 + rng.integer(allocated), allocated - 1));
  },
  highBit: (rng, file) => setNumbers(file, 0x00280102, rng.integer(18)),
  signed: (rng, file) => setNumbers(file, 0x00280103, pick(rng, [0, 1, 1, 2, 65535])),
  samples: (rng, file) => setNumbers(file, 0x00280002, pick(rng, [0, 1, 2, 3, 3, 4, 65535])),
  planar: (rng, file) => setNumbers(file, 0x00280006, pick(rng, [0, 1, 2])),
  frames: (rng, file) => setText(file, 0x00280008, 'IS', chance(rng, 0.5) ? String(pick(rng, [0, 1, 2, 3, 10, 2 ** 31, 2 ** 53])) : pick(rng, NUMBERS)),
  photometric: (rng, file) => setText(file, 0x00280004, 'CS', pick(rng, PHOTOMETRICS)),
  colour(rng, file) {
    setText(file, 0x00280004, 'CS', pick(rng, PHOTOMETRICS.slice(3, 8)));
    setNumbers(file, 0x00280002, 3);
    const pixels = pixelData(file);
    if (pixels?.value) pixels.value = Buffer.concat([pixels.value, pixels.value, pixels.value]);
  },
  rescale(rng, file) {
    setText(file, pick(rng, [0x00281052, 0x00281053]), 'DS', pick(rng, NUMBERS));
    if (chance(rng, 0.5)) setText(file, 0x00281053, 'DS', String(rng.normal() * 10 ** (rng.integer(12) - 4)));
  },
  window(rng, file) {
    setText(file, 0x00281050, 'DS', chance(rng, 0.5) ? pick(rng, NUMBERS) : String(rng.integer(5000) - 1000));
    setText(file, 0x00281051, 'DS', chance(rng, 0.5) ? pick(rng, NUMBERS) : String(rng.integer(5000)));
    if (chance(rng, 0.5)) setText(file, 0x00281056, 'CS', pick(rng, ['LINEAR', 'LINEAR_EXACT', 'SIGMOID', 'sigmoid', 'CUBIC', '']));
  },
  presentation: (rng, file) => setText(file, 0x20500020, 'CS', pick(rng, ['IDENTITY', 'INVERSE', 'NONE'])),
  padding(rng, file) {
    setNumbers(file, 0x00280120, edgeNumber(rng, 65535));
    if (chance(rng, 0.5)) setNumbers(file, 0x00280121, edgeNumber(rng, 65535));
  },
  characterSet: (rng, file) => setText(file, 0x00080005, 'CS', pick(rng, ['ISO_IR 100', 'ISO_IR 192', '\\ISO 2022 IR 87', 'GB18030', '', '?'])),
  palette(rng, file) {
    setText(file, 0x00280004, 'CS', 'PALETTE COLOR');
    setNumbers(file, 0x00280002, 1);
    for (const colour of [1, 2, 3]) setLookupTable(rng, file, 0x00281100 + colour, 0x00281200 + colour);
  },
  modalityTable: (rng, file) => setElement(file, 0x00283000, 'SQ', lookupSequence(rng, file)),
  voiTable: (rng, file) => setElement(file, 0x00283010, 'SQ', lookupSequence(rng, file)),
  nested: (rng, file) => setElement(file, pick(rng, [0x00081032, 0x00283010, 0x00091001, 0x52009229]), pick(rng, ['SQ', 'UN']), nest(rng, file, skewedLength(rng, 100_000)), chance(rng, 0.5) ? UNDEFINED : undefined),
  items: (rng, file) => setElement(file, pick(rng, [0x00081032, 0x00283000, 0x00283010]), 'SQ', Buffer.concat(Array.from({ length: skewedLength(rng, 20_000) }, () => writeItem(ITEM, Buffer.alloc(0), file.encoding.littleEndian))), chance(rng, 0.5) ? UNDEFINED : undefined),
  many(rng, { elements }) {
    const at = rng.integer(elements.length);
    elements.splice(at, 0, ...Array.from({ length: skewedLength(rng, 70_000) }, (_, index) => ({ tag: 0x00090000 + index, vr: 'LO', value: Buffer.alloc(0) })));
  },
  transferSyntax: (rng, { meta }) => {
    const element = meta.find(({ tag }) => tag === 0x00020010);
    if (element) element.value = even(pick(rng, SYNTAXES));
  },
  /** The elements written as another syntax has them; 16-bit values keep their byte order, which is a fault in big endian. */
  encoding(rng, file) {
    const [syntax, encoding] = pick(rng, [[ROOT, { explicit: false, littleEndian: true }], [`${ROOT}.1`, { explicit: true, littleEndian: true }], [`${ROOT}.1.99`, { explicit: true, littleEndian: true, deflated: true }], [`${ROOT}.2`, { explicit: true, littleEndian: false }]]);
    const element = file.meta.find(({ tag }) => tag === 0x00020010);
    if (!element) return;
    element.value = even(syntax);
    file.encoding = encoding;
  },
  pixelLength(rng, file) {
    const pixels = pixelData(file);
    if (!pixels?.value) return;
    pixels.value = chance(rng, 0.5) ? pixels.value.subarray(0, rng.integer(pixels.value.length + 1)) : Buffer.concat([pixels.value, randomBytes(rng, skewedLength(rng, 1000))]);
  },
  pixelValues(rng, file) {
    const pixels = pixelData(file);
    if (pixels?.value) pixels.value = chance(rng, 0.3) ? Buffer.alloc(pixels.value.length, rng.integer(256)) : Buffer.from(mutateBytes(rng, pixels.value));
  },
  wrap(rng, file) {
    const pixels = pixelData(file);
    if (!pixels) return;
    if (pixels.fragments) Object.assign(pixels, { value: Buffer.concat(pixels.fragments), fragments: undefined });
    else Object.assign(pixels, { fragments: [Buffer.alloc(0), pixels.value], value: undefined });
  },
  fragments: (rng, file) => changeFragments(rng, file, (fragments) => pick(rng, Object.values(listMutators))(rng, fragments)),
  splitFragment: (rng, file) =>
    changeFragments(rng, file, (fragments) => {
      const at = rng.integer(fragments.length);
      const cut = rng.integer(fragments[at].length + 1);
      fragments.splice(at, 1, fragments[at].subarray(0, cut), ...Array.from({ length: skewedLength(rng, 70_000) }, () => Buffer.alloc(0)), fragments[at].subarray(cut));
    }),
  offsetTable: (rng, file) => changeFragments(rng, file, (fragments) => (fragments[0] = Buffer.from(chance(rng, 0.5) ? randomBytes(rng, 4 * rng.integer(6)) : Buffer.alloc(4 * rng.integer(6))))),
  codestream: (rng, file) => changeCodestream(rng, file, (stream) => mutateBytes(rng, stream)),
  codestreamStart: (rng, file) => changeCodestream(rng, file, (stream) => concatenate([mutateBytes(rng, stream.subarray(0, 1 + skewedLength(rng, 200))), stream.subarray(200)])),
  codestreamStructure: (rng, file) => changeCodestream(rng, file, (stream) => (stream[0] === 0xff && stream[1] === 0xd8 ? mutateJpeg(rng, stream) : stream[0] === 0xff ? mutateSize(rng, stream) : mutateRunLength(rng, stream))),
};

const even = (text) => Buffer.from(text.length % 2 ? `${text}\0` : text, 'latin1');
const pixelData = ({ elements }) => elements.find(({ tag }) => tag === PIXEL_DATA);

function setElement({ elements }, tag, vr, value, length) {
  const found = elements.find((element) => element.tag === tag);
  if (found) Object.assign(found, { value, fragments: undefined, length });
  else elements.splice(elements.findLastIndex((element) => element.tag < tag) + 1, 0, { tag, vr, value, length });
}

function setText(file, tag, vr, text) {
  setElement(file, tag, vr, Buffer.from(text.length % 2 ? `${text} ` : text, 'latin1'));
}

function setNumbers(file, tag, ...numbers) {
  setElement(file, tag, 'US', words(file, numbers));
}

function words({ encoding: { littleEndian } }, numbers) {
  const bytes = Buffer.from(bigEndian(2, ...numbers));
  return littleEndian ? bytes.swap16() : bytes;
}

function lookupTable(rng, file) {
  const count = chance(rng, 0.7) ? 1 + skewedLength(rng, 65_536) : edgeNumber(rng, 65535);
  const entries = chance(rng, 0.8) ? count : rng.integer(300);
  const descriptor = words(file, [count % 65_536, chance(rng, 0.5) ? 0 : edgeNumber(rng, 65535), pick(rng, [8, 8, 12, 16, 16, 0, 17])].slice(0, chance(rng, 0.95) ? 3 : rng.integer(3)));
  return [descriptor, chance(rng, 0.8) ? words(file, Array.from({ length: entries }, (_, index) => (index * 7) % 65_536)) : Buffer.alloc(entries)];
}

function setLookupTable(rng, file, descriptorTag, dataTag) {
  const [descriptor, data] = lookupTable(rng, file);
  setElement(file, descriptorTag, 'US', descriptor);
  setElement(file, dataTag, 'OW', data);
}

function lookupSequence(rng, file) {
  const [descriptor, data] = lookupTable(rng, file);
  const content = Buffer.concat([writeElement({ tag: 0x00283002, vr: pick(rng, ['US', 'SS']), value: descriptor }, file.encoding), writeElement({ tag: 0x00283006, vr: 'OW', value: data }, file.encoding)]);
  return writeItem(ITEM, content, file.encoding.littleEndian, chance(rng, 0.9) ? content.length : edgeNumber(rng, 2 ** 32 - 1));
}

/** Sequences in sequences, closed or left open. */
function nest(rng, { encoding }, depth) {
  const open = Buffer.concat([writeItem(ITEM, Buffer.alloc(0), encoding.littleEndian, UNDEFINED), writeElement({ tag: 0x00081032, vr: 'SQ', value: Buffer.alloc(0), length: UNDEFINED }, encoding)]);
  const close = chance(rng, 0.7) ? Buffer.concat([writeItem(SEQUENCE_END, Buffer.alloc(0), encoding.littleEndian), writeItem(ITEM_END, Buffer.alloc(0), encoding.littleEndian)]) : Buffer.alloc(0);
  const repeat = (part) => Buffer.concat(Array.from({ length: Math.min(depth, chance(rng, 0.7) ? 40 : 20_000) }, () => part));
  return Buffer.concat([repeat(open), repeat(close), writeItem(SEQUENCE_END, Buffer.alloc(0), encoding.littleEndian)]);
}

function changeFragments(rng, file, apply) {
  const fragments = pixelData(file)?.fragments;
  if (fragments?.length > 0) apply(fragments);
}

function changeCodestream(rng, file, apply) {
  changeFragments(rng, file, (fragments) => {
    const at = fragments.length > 1 ? 1 + rng.integer(fragments.length - 1) : 0;
    const changed = Buffer.from(apply(Uint8Array.from(fragments[at])));
    fragments[at] = changed.length % 2 ? Buffer.concat([changed, Buffer.alloc(1)]) : changed;
  });
}

/** JPEG 2000: a number of the size segment, or of the coding style behind it. */
function mutateSize(rng, stream) {
  const changed = stream.slice();
  if (changed.length < 120) return mutateBytes(rng, changed);
  if (chance(rng, 0.5)) changed.set(bigEndian(4, chance(rng, 0.5) ? edgeNumber(rng, 2 ** 32 - 1) : rng.integer(5000)), 8 + 4 * rng.integer(8));
  else changed[40 + rng.integer(80)] = chance(rng, 0.5) ? rng.integer(33) : rng.integer(256);
  return changed;
}

/** RLE: the number of segments and their offsets, or the runs. */
function mutateRunLength(rng, stream) {
  const changed = Buffer.from(stream);
  if (changed.length < 64 || chance(rng, 0.4)) return mutateBytes(rng, changed);
  changed.writeUInt32LE(chance(rng, 0.5) ? edgeNumber(rng, 2 ** 32 - 1) : rng.integer(changed.length), 4 * rng.integer(4));
  return changed;
}

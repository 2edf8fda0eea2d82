import { applySome, bigEndian, chance, concatenate, edgeNumber, listMutators, pick, randomBytes, skewedLength } from './draw.mjs';
import { mutateBytes } from './mutateBytes.mjs';

const SOI = Uint8Array.of(0xff, 0xd8);
const [DHT, DQT, DRI, SOS, EOI] = [0xc4, 0xdb, 0xdd, 0xda, 0xd9];
const isFrame = ({ marker }) => (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) || marker === 0xf7;

/**
 * Changes a JPEG (or a JPEG-LS codestream) segment by segment, and its coded bytes so that they stay free of markers unless markers are meant.
 *
 * @param {import('@cxr-ifa/tensor').Rng} rng
 * @param {Uint8Array} bytes A JPEG; anything else is changed byte by byte.
 */
export function mutateJpeg(rng, bytes) {
  const segments = readSegments(bytes);
  if (!segments.some(isFrame)) return mutateBytes(rng, bytes);
  applySome(rng, MUTATORS, 4, segments);
  const changed = writeSegments(segments);
  return chance(rng, 0.05) ? mutateBytes(rng, changed) : changed;
}

const MUTATORS = {
  swap: listMutators.swap,
  duplicate: listMutators.duplicate,
  drop: listMutators.drop,
  length(rng, segments) {
    const segment = pick(rng, segments);
    segment.length = chance(rng, 0.5) ? edgeNumber(rng, 65535) : Math.max(0, (segment.body?.length ?? 0) + 2 + rng.integer(5) - 2);
  },
  marker(rng, segments) {
    pick(rng, segments).marker = chance(rng, 0.7) ? 0xc0 + rng.integer(64) : rng.integer(256);
  },
  process: (rng, segments) => change(rng, segments, isFrame, (segment) => (segment.marker = chance(rng, 0.8) ? pick(rng, [0xc0, 0xc1, 0xc2]) : 0xc0 + rng.integer(16))),
  size: (rng, segments) => changeBody(rng, segments, isFrame, (body) => body.set(bigEndian(2, chance(rng, 0.5) ? edgeNumber(rng, 65535) : rng.integer(3000)), pick(rng, [1, 3]))),
  nearlySize: (rng, segments) => changeBody(rng, segments, isFrame, (body) => (body[pick(rng, [2, 4])] += rng.integer(33) - 16)),
  precision: (rng, segments) => changeBody(rng, segments, isFrame, (body) => (body[0] = pick(rng, [2, 8, 8, 12, 16, rng.integer(256)]))),
  components: (rng, segments) => changeBody(rng, segments, isFrame, (body) => (body[5] = pick(rng, [0, 1, 1, 2, 3, 3, 4, 255]))),
  sampling: (rng, segments) => changeBody(rng, segments, isFrame, (body) => (body[7 + 3 * rng.integer(3)] = chance(rng, 0.7) ? pick(rng, [0x11, 0x21, 0x12, 0x22, 0x41, 0x44, 0x31, 0x13]) : rng.integer(256))),
  frameIds: (rng, segments) => changeBody(rng, segments, isFrame, (body) => (body[6 + rng.integer(9)] = rng.integer(5))),
  huffman: (rng, segments) => changeBody(rng, segments, of(DHT), (body) => (body[rng.integer(body.length)] = chance(rng, 0.5) ? rng.integer(17) : rng.integer(256))),
  huffmanLengths: (rng, segments) => changeBody(rng, segments, of(DHT), (body) => (body[rng.integer(17)] = rng.integer(256))),
  huffmanCut: (rng, segments) => change(rng, segments, of(DHT), (segment) => (segment.body = mutateBytes(rng, segment.body))),
  quantisation: (rng, segments) => changeBody(rng, segments, of(DQT), (body) => (body[rng.integer(body.length)] = pick(rng, [0, 1, 0x10, 255, rng.integer(256)]))),
  restartInterval: (rng, segments) => segments.splice(rng.integer(segments.length), 0, { marker: DRI, body: bigEndian(2, pick(rng, [0, 1, 2, 8, rng.integer(100), 65535])) }),
  restarts: (rng, segments) => changeCoded(rng, segments, (coded) => insertAt(rng, coded, Uint8Array.of(0xff, 0xd0 + rng.integer(8)))),
  scanHeader: (rng, segments) => changeBody(rng, segments, of(SOS), (body) => (body[rng.integer(body.length)] = chance(rng, 0.7) ? rng.integer(64) : rng.integer(256))),
  spectrum: (rng, segments) => changeBody(rng, segments, of(SOS), (body) => body.set([pick(rng, [0, 1, rng.integer(64)]), pick(rng, [0, 63, rng.integer(256)]), pick(rng, [0, 0x10, 0x21, rng.integer(256)])], Math.max(0, body.length - 3))),
  coded: (rng, segments) => changeCoded(rng, segments, (coded) => stuff(mutateMany(rng, coded))),
  codedRaw: (rng, segments) => changeCoded(rng, segments, (coded) => mutateBytes(rng, coded)),
  codedZeros: (rng, segments) => changeCoded(rng, segments, (coded) => new Uint8Array(chance(rng, 0.5) ? coded.length : skewedLength(rng, 50_000))),
  cutScan: (rng, segments) => changeCoded(rng, segments, (coded) => coded.slice(0, rng.integer(coded.length + 1))),
  /** As many scans as a file can have, and more; those of a large image are nearly empty. */
  scans(rng, segments) {
    const scan = segments.findLast(of(SOS));
    if (scan && scan.coded.length < 2000) segments.push(...Array.from({ length: skewedLength(rng, 300) }, () => structuredClone(scan)));
  },
  /** A large image without detail, as far as the coded bytes allow. */
  large(rng, segments) {
    changeBody(rng, segments, isFrame, (body) => body.set(bigEndian(2, 1 + skewedLength(rng, 3000), 1 + skewedLength(rng, 3000)), 1));
    if (chance(rng, 0.7)) changeCoded(rng, segments, (coded) => concatenate([coded, new Uint8Array(skewedLength(rng, 100_000))]));
  },
  progressiveCut(rng, segments) {
    const scans = segments.filter(of(SOS));
    for (const scan of scans.slice(1 + rng.integer(scans.length || 1))) segments.splice(segments.indexOf(scan), 1);
  },
  adobe: (rng, segments) => segments.splice(rng.integer(segments.length), 0, { marker: 0xee, body: concatenate([Buffer.from('Adobe'), randomBytes(rng, 6), Uint8Array.of(rng.integer(4))]) }),
  application: (rng, segments) => segments.splice(rng.integer(segments.length), 0, { marker: pick(rng, [0xe0, 0xe1, 0xfe]), body: concatenate([Buffer.from(pick(rng, ['JFIF\0', 'Exif\0\0', '', 'ICC_PROFILE\0'])), randomBytes(rng, skewedLength(rng, 5000))]) }),
  padding: (rng, segments) => (pick(rng, segments).padding = skewedLength(rng, 5000)),
  trailer: (rng, segments) => segments.push({ marker: EOI, body: undefined, coded: randomBytes(rng, skewedLength(rng, 500)) }),
};

const of = (marker) => (segment) => segment.marker === marker;

function change(rng, segments, matches, apply) {
  const found = segments.filter((segment) => matches(segment) && segment.body?.length > 0);
  if (found.length > 0) apply(pick(rng, found));
}

function changeBody(rng, segments, matches, apply) {
  change(rng, segments, matches, ({ body }) => {
    if (body.length >= 6) apply(body);
  });
}

function changeCoded(rng, segments, apply) {
  const scans = segments.filter(({ coded }) => coded?.length > 0);
  if (scans.length === 0) return;
  const scan = pick(rng, scans);
  scan.coded = apply(scan.coded);
}

function mutateMany(rng, bytes) {
  for (let count = skewedLength(rng, 8); count >= 0; count--) bytes = mutateBytes(rng, bytes);
  return bytes;
}

function insertAt(rng, bytes, inserted) {
  const at = rng.integer(bytes.length + 1);
  return concatenate([bytes.subarray(0, at), inserted, bytes.subarray(at)]);
}

/** Coded bytes without markers: every 0xff is followed by 0. */
function stuff(bytes) {
  return Uint8Array.from([...bytes].flatMap((byte, index) => (byte === 0xff && bytes[index + 1] !== 0 ? [0xff, 0] : [byte])));
}

function readSegments(bytes) {
  const segments = [];
  for (let offset = 2; offset + 4 <= bytes.length && bytes[offset] === 0xff; ) {
    const marker = bytes[offset + 1];
    if (marker === EOI) break;
    const end = offset + 2 + ((bytes[offset + 2] << 8) | bytes[offset + 3]);
    const segment = { marker, body: bytes.slice(offset + 4, end), coded: undefined };
    segments.push(segment);
    offset = end;
    if (marker !== SOS) continue;
    while (offset + 1 < bytes.length && !(bytes[offset] === 0xff && bytes[offset + 1] !== 0 && !(bytes[offset + 1] >= 0xd0 && bytes[offset + 1] <= 0xd7))) offset++;
    segment.coded = bytes.slice(end, offset);
  }
  return segments;
}

function writeSegments(segments) {
  const parts = segments.flatMap(({ marker, body, coded, length, padding = 0 }) => [
    new Uint8Array(padding).fill(0xff),
    Uint8Array.of(0xff, marker),
    ...(body ? [bigEndian(2, Math.min(65535, length ?? body.length + 2)), body] : []),
    ...(coded ? [coded] : []),
  ]);
  return concatenate([SOI, ...parts, Uint8Array.of(0xff, EOI)]);
}

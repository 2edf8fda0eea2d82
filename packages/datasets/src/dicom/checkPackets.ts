import { InputError } from '@cxr-ifa/tensor';

/** How a JPEG 2000 image is cut. */
export interface TileGrid {
  readonly tiles: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly components: number;
}

/** OpenJPEG keeps some hundred bytes for each; real images have some hundreds of them. */
const MAXIMUM_PACKETS = 2 ** 18;
const [CODING_STYLE, COMPONENT_STYLE, TILE_PART, START_OF_DATA] = [0xff52, 0xff53, 0xff90, 0xff93];

/**
 * Refuses a JPEG 2000 codestream of too many packets: one for each layer, resolution and precinct of each tile and component. Two hundred bytes can announce millions,
 * for which a decoder takes seconds and all the memory it gets. Headers of tiles may say otherwise than the main one, so all are looked at, and each is taken for that of all tiles.
 *
 * @see ITU-T T.800, annexes A.6 and B
 * @throws {InputError} If there may be more than 262,144 packets.
 * @throws {RangeError} If the headers are cut off.
 */
export function checkPackets(view: DataView, grid: TileGrid): void {
  let layers = 1;
  let partEnd = view.byteLength;
  for (let offset = 2; offset + 2 <= view.byteLength; ) {
    const marker = view.getUint16(offset);
    if (marker === START_OF_DATA) {
      if (partEnd <= offset) return;
      offset = partEnd;
      continue;
    }
    if (marker < 0xff4f || marker === 0xffd9) return; // the end, or what the decoder will refuse
    if (marker === TILE_PART) partEnd = offset + (view.getUint32(offset + 6) || view.byteLength); // 0: to the end
    if (marker === CODING_STYLE) {
      layers = Math.max(layers, view.getUint16(offset + 6));
      checkStyle(view, offset + 4, offset + 9, layers, grid);
    }
    const index = grid.components < 257 ? 1 : 2;
    if (marker === COMPONENT_STYLE) checkStyle(view, offset + 4 + index, offset + 5 + index, layers, grid);
    offset += 2 + Math.max(2, view.getUint16(offset + 2));
  }
}

/** The style's first bit says whether precincts have sizes of their own, which then stand behind the number of levels and four other bytes. */
function checkStyle(view: DataView, style: number, levelsAt: number, layers: number, { tiles, tileWidth, tileHeight, components }: TileGrid): void {
  const own = (view.getUint8(style) & 1) === 1;
  const levels = Math.min(32, view.getUint8(levelsAt));
  let precincts = 0;
  for (let resolution = 0; resolution <= levels; resolution++) {
    const exponents = own ? view.getUint8(levelsAt + 5 + resolution) : 0xff;
    const along = (length: number, exponent: number): number => Math.ceil(length / 2 ** (levels - resolution) / 2 ** exponent);
    precincts += along(tileWidth, exponents & 15) * along(tileHeight, exponents >> 4);
  }
  const packets = precincts * layers * tiles * components;
  if (packets > MAXIMUM_PACKETS) throw new InputError(`Cannot decode the DICOM as its JPEG 2000 data must have at most ${MAXIMUM_PACKETS} packets: current number is ${packets}`);
}

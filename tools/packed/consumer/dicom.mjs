// DICOM files of a few bytes, made here: uncompressed with a window, and JPEG-LS, whose decoder is a WebAssembly module that must load in every runtime.
import { decodeDicom, decodeImage, dicomRecord } from '@cxr-ifa/datasets';

const words = (...values) => new Uint8Array(Uint16Array.from(values).buffer);
const text = (value) => new TextEncoder().encode(value.length % 2 ? `${value}\0` : value);

/** An element in explicit little endian. */
function element(tag, vr, value, length = value.length) {
  const header = new DataView(new ArrayBuffer(vr === 'OW' || vr === 'OB' ? 12 : 8));
  header.setUint16(0, tag >>> 16, true);
  header.setUint16(2, tag & 0xffff, true);
  header.setUint8(4, vr.charCodeAt(0));
  header.setUint8(5, vr.charCodeAt(1));
  if (header.byteLength === 12) header.setUint32(8, length, true);
  else header.setUint16(6, length, true);
  return [...new Uint8Array(header.buffer), ...value];
}

function dicom(transferSyntax, bits, rows, columns, pixels, ...window) {
  const meta = element(0x00020010, 'UI', text(transferSyntax));
  const sizes = [[0x00280010, rows], [0x00280011, columns], [0x00280100, bits > 8 ? 16 : 8], [0x00280101, bits], [0x00280102, bits - 1], [0x00280103, 0]].flatMap(([tag, value]) => element(tag, 'US', words(value)));
  return Uint8Array.from([...new Uint8Array(128), ...text('DICM'), ...meta, ...element(0x00185101, 'CS', text('PA')), ...element(0x00280004, 'CS', text('MONOCHROME1 ')), ...sizes, ...window, ...pixels]);
}

const window = [...element(0x00281050, 'DS', text('2048')), ...element(0x00281051, 'DS', text('2'))];
const plain = dicom('1.2.840.10008.1.2.1', 12, 2, 2, element(0x7fe00010, 'OW', words(0, 2047, 2048, 4095)), ...window);
const { data, range } = await decodeImage(plain);
if (String([...data, ...range]) !== '4095,4095,0,0,0,4095') throw new Error(`a window on MONOCHROME1 must give white, white, black, black: ${[...data, ...range]}`);
if ((await dicomRecord(plain, 'plain.dcm')).view !== 'PA') throw new Error('the view position must be read');

// The example of ITU-T T.87, annex H.3: 4x4 samples
const codestream = Uint8Array.from('ffd8fff7000b080004000401011100ffda0008010100000000c000006c80208e01c00000574000006ee6000001bc18000005d800009160ffd9'.match(/../g), (byte) => Number.parseInt(byte, 16));
const item = (bytes) => [0xfe, 0xff, 0x00, 0xe0, bytes.length, 0, 0, 0, ...bytes];
const wrapped = [...item([]), ...item([...codestream, ...(codestream.length % 2 ? [0] : [])]), 0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0];
const image = await decodeDicom(dicom('1.2.840.10008.1.2.4.80', 8, 4, 4, element(0x7fe00010, 'OB', wrapped, 0xffffffff)));
// MONOCHROME1, so that the standard's samples are taken from the sum of their extremes, 0 and 205
const samples = [0, 0, 90, 74, 68, 50, 43, 205, 64, 145, 145, 145, 100, 145, 145, 145];
if (image.data.some((value, index) => value !== 205 - samples[index])) throw new Error(`JPEG-LS must decode to the standard's example: ${[...image.data]}`);

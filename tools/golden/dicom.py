"""DICOM files of every kind that the reader knows, small enough to keep, and what pydicom makes of them, for packages/datasets;
and sampled values and statistics of the real files in ../shared/data/dicom, which are not kept.

JPEG lossless (all predictors) and JPEG of 12 bits are encoded here, since no Python library writes them; pylibjpeg reads them back.

Run: python tools/golden/dicom.py     (pip install pydicom pylibjpeg pylibjpeg-libjpeg pylibjpeg-openjpeg pyjpegls python-gdcm pillow numpy)
"""
import base64
import importlib.metadata
import io
import json
import pathlib
import struct
import warnings

import numpy as np
import pydicom
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.pixels import apply_color_lut, apply_modality_lut, apply_voi_lut
from pydicom.sequence import Sequence
from pydicom.uid import (DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEG2000, JPEG2000Lossless, JPEGBaseline8Bit,
                         JPEGExtended12Bit, JPEGLossless, JPEGLosslessSV1, JPEGLSLossless, JPEGLSNearLossless, RLELossless)

import counter

warnings.simplefilter("ignore")
ROOT = pathlib.Path(__file__).parents[2]
HEIGHT, WIDTH = 6, 8
LUMA = np.array([0.299, 0.587, 0.114])


def samples(stream, bits, signed=False, shape=(HEIGHT, WIDTH)):
    codes = np.floor(counter.uniform(stream, int(np.prod(shape))) * 2**bits).astype(np.int64).reshape(shape)
    return codes - 2 ** (bits - 1) if signed else codes


def ramp(stream, bits, signed=False, shape=(HEIGHT, WIDTH)):
    """Samples that can be compressed: rising from the lowest value to the highest, with noise."""
    rising = np.linspace(0, 2**bits - 1, int(np.prod(shape))).reshape(shape)
    codes = np.clip(rising + 2 ** (bits - 5) * counter.uniform(stream, rising.size).reshape(shape), 0, 2**bits - 1).astype(np.int64)
    return codes - 2 ** (bits - 1) if signed else codes


def dataset(pixels, bits, syntax=ExplicitVRLittleEndian, signed=False, photometric="MONOCHROME2", allocated=None, **attributes):
    """A data set around stored samples [rows, columns] or [rows, columns, 3]."""
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = syntax
    ds.Modality = "DX"
    ds.SamplesPerPixel = 3 if pixels.ndim == 3 else 1
    ds.PhotometricInterpretation = photometric
    if ds.SamplesPerPixel == 3:
        ds.PlanarConfiguration = 0
    ds.Rows, ds.Columns = pixels.shape[:2]
    ds.BitsAllocated = allocated or (8 if bits <= 8 else 16)
    ds.BitsStored, ds.HighBit, ds.PixelRepresentation = bits, bits - 1, int(signed)
    for name, value in attributes.items():
        setattr(ds, name, value)
    big = ">" if syntax == ExplicitVRBigEndian else "<"
    ds.PixelData = pixels.astype(f"{big}{'i' if signed else 'u'}{ds.BitsAllocated // 8}").tobytes()
    ds["PixelData"].VR = "OW" if ds.BitsAllocated == 16 else "OB"
    return ds


def written(ds):
    ds.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.1.1"
    ds.file_meta.MediaStorageSOPInstanceUID = "1.2.3"
    file = io.BytesIO()
    pydicom.dcmwrite(file, ds, enforce_file_format=True)
    return file.getvalue()


def chain(ds, stored=None):
    """Modality and VOI by pydicom, then MONOCHROME1 and INVERSE; the range; and which pixels are no padding."""
    stored = ds.pixel_array if stored is None else stored
    values = apply_modality_lut(stored, ds)
    has_voi = "VOILUTSequence" in ds or "WindowCenter" in ds
    valid = np.ones(stored.shape, bool)
    if ds.get("PixelPaddingValue") is not None:
        limit = ds.get("PixelPaddingRangeLimit", ds.PixelPaddingValue)
        valid = (stored < min(limit, ds.PixelPaddingValue)) | (stored > max(limit, ds.PixelPaddingValue))
    out = np.asarray(apply_voi_lut(values, ds) if has_voi else values, dtype=np.float64)
    inverted = ds.PhotometricInterpretation == "MONOCHROME1" or ds.get("PresentationLUTShape") == "INVERSE"
    if "VOILUTSequence" in ds:
        span = (0, 2 ** ds.VOILUTSequence[0].LUTDescriptor[2] - 1)
    elif has_voi:
        # A window's range is what pydicom makes of the lowest and of the highest value
        ends = np.asarray(apply_windowing_ends(ds, values))
        span = (float(ends.min()), float(ends.max()))
    else:
        span = (float(out[valid].min()), float(out[valid].max()))
    if inverted:
        out = sum(span) - out
    return out, span, valid


def apply_windowing_ends(ds, values):
    far = 1e9 * np.array([-1.0, 1.0])
    return apply_voi_lut(far, ds)


def case(name, ds, data=None, stored=None, tolerance=1e-3, expected=None, voi=None):
    data = written(ds) if data is None else data
    ds = pydicom.dcmread(io.BytesIO(data))
    if expected is None:
        values, span, valid = chain(ds, stored)
    else:
        values, span, valid = expected, (0, 255), np.ones(expected.shape, bool)
    step = max(1, values.size // 50)
    entry = {"name": name, "base64": base64.b64encode(data).decode(), "step": step, "values": [round(float(x), 4) for x in values.ravel()[::step]], "range": [round(float(x), 6) for x in span], "tolerance": tolerance}
    if not valid.all():
        entry["padding"] = [int(i) for i in np.flatnonzero(~valid.ravel())]
    if voi:
        entry["voi"] = voi
    return entry


def lut(entries, first, bits, vr="US", first_vr="US"):
    item = Dataset()
    item.add_new(0x00283002, first_vr, [len(entries) % 65536, first, bits])
    if vr == "US":
        item.add_new(0x00283006, "US", [int(x) for x in entries])
    else:
        item.add_new(0x00283006, "OW", np.asarray(entries, dtype="<u2").tobytes())
    return Sequence([item])


class Bits:
    def __init__(self):
        self.text = ""

    def put(self, value, count):
        self.text += format(value, f"0{count}b") if count else ""

    def bytes(self):
        padded = self.text + "1" * (-len(self.text) % 8)
        data = bytes(int(padded[i : i + 8], 2) for i in range(0, len(padded), 8))
        return data.replace(b"\xff", b"\xff\x00")


def segment(marker, body):
    return struct.pack(">BBH", 255, marker, len(body) + 2) + body


def huffman(kind, symbols):
    """A table that gives every symbol five bits."""
    return segment(0xC4, bytes([kind << 4]) + bytes([0, 0, 0, 0, len(symbols)] + [0] * 11) + bytes(symbols))


def put_difference(bits, difference, extra=lambda size: size):
    size = int(abs(difference)).bit_length()
    bits.put(extra(size), 5)
    if size < 16:
        bits.put(difference if difference > 0 else difference + 2**size - 1, size)


def jpeg_lossless(pixels, precision, predictor):
    """ITU-T T.81, annex H: one component, every difference in five bits and its own."""
    height, width = pixels.shape
    bits = Bits()
    for y in range(height):
        for x in range(width):
            a, b, c = (int(pixels[y, x - 1]) if x else 0), (int(pixels[y - 1, x]) if y else 0), (int(pixels[y - 1, x - 1]) if x and y else 0)
            if x == 0 and y == 0:
                guess = 2 ** (precision - 1)
            elif y == 0:
                guess = a
            elif x == 0:
                guess = b
            else:
                guess = [0, a, b, c, a + b - c, a + ((b - c) >> 1), b + ((a - c) >> 1), (a + b) // 2][predictor]
            difference = (int(pixels[y, x]) - guess + 32768) % 65536 - 32768
            put_difference(bits, 32768 if difference == -32768 else difference)
    frame = struct.pack(">BHHB", precision, height, width, 1) + bytes([1, 0x11, 0])
    scan = bytes([1, 1, 0, predictor, 0, 0])
    return b"\xff\xd8" + huffman(0, list(range(17))) + segment(0xC3, frame) + segment(0xDA, scan) + bits.bytes() + b"\xff\xd9"


def jpeg_extended(levels, waves, precision=12):
    """Blocks of 8x8 in a row, each of one level and one horizontal wave: the coefficients F(0,0) and F(0,1) in steps of 8."""
    bits, last = Bits(), 0
    for level, wave in zip(levels, waves):
        put_difference(bits, level - 2 ** (precision - 1) - last)
        last = level - 2 ** (precision - 1)
        if wave:
            put_difference(bits, wave)
        bits.put(0, 5)  # end of block
    frame = struct.pack(">BHHB", precision, 8, 8 * len(levels), 1) + bytes([1, 0x11, 0])
    scan = bytes([1, 1, 0, 0, 63, 0])
    quantisation = segment(0xDB, bytes([0]) + bytes([8] * 64))
    return b"\xff\xd8" + quantisation + huffman(0, list(range(16))) + huffman(1, list(range(15))) + segment(0xC1, frame) + segment(0xDA, scan) + bits.bytes() + b"\xff\xd9"


def encapsulated(pixels, bits, syntax, codestream, **attributes):
    ds = dataset(pixels, bits, syntax, **attributes)
    ds.PixelData = encapsulate([codestream] if isinstance(codestream, bytes) else codestream)
    ds["PixelData"].VR = "OB"
    ds["PixelData"].is_undefined_length = True
    return ds


def uncompressed_cases():
    twelve, eight, signed = samples(1, 12), samples(2, 8), samples(3, 12, True)
    high = dataset(twelve, 12)
    high.PixelData = (twelve | (samples(4, 4) << 12)).astype("<u2").tobytes()
    shifted = dataset(twelve, 12, HighBit=15)
    shifted.PixelData = ((twelve << 4) | samples(5, 4)).astype("<u2").tobytes()
    swapped = dataset(eight, 8, ExplicitVRBigEndian)
    swapped.PixelData = eight.astype("u1").reshape(-1, 2)[:, ::-1].tobytes()
    swapped["PixelData"].VR = "OW"
    high_signed = dataset(signed, 12, signed=True)
    high_signed.PixelData = ((signed & 0xFFF) | 0x5000).astype("<u2").tobytes()
    frames = np.stack([samples(6, 12), samples(7, 12)])
    multiple = dataset(frames[0], 12, NumberOfFrames=2)
    multiple.PixelData = frames.astype("<u2").tobytes()
    return [
        *(case(name, dataset(twelve, 12, syntax)) for name, syntax in [("explicit little endian", ExplicitVRLittleEndian), ("implicit little endian", ImplicitVRLittleEndian), ("explicit big endian", ExplicitVRBigEndian), ("deflated", DeflatedExplicitVRLittleEndian)]),
        case("8 bit", dataset(eight, 8)),
        case("8 bit in big-endian words", swapped, stored=eight),
        case("signed, 12 of 16 bit", dataset(signed, 12, signed=True)),
        case("signed, 16 bit", dataset(samples(8, 16, True), 16, signed=True)),
        case("16 bit", dataset(samples(9, 16), 16)),
        case("bits above those that are stored", high, stored=twelve),
        case("signed, bits above those that are stored", high_signed, stored=signed),
        case("high bit 15 of 12 bits stored", shifted, stored=twelve),
        {**case("second of two frames", multiple, stored=frames[1]), "frame": 1},
    ]


def chain_cases():
    six, twelve, signed = samples(14, 6), samples(11, 12), samples(12, 12, True)
    curve = np.round(65535 * np.linspace(0, 1, 64) ** 0.5).astype(int)
    window = {"WindowCenter": "2000", "WindowWidth": "1500"}
    padded = twelve.copy()
    padded[:, :2] = 4000
    ranged = twelve.copy()
    ranged[0, :4] = [0, 5, 10, 11]
    return [
        case("window", dataset(twelve, 12, **window), voi="LINEAR"),
        case("window of negative center on signed", dataset(signed, 12, signed=True, WindowCenter="-300.5", WindowWidth="1000.25"), voi="LINEAR"),
        case("window of width 1", dataset(twelve, 12, WindowCenter="2000", WindowWidth="1"), voi="LINEAR"),
        case("window exact", dataset(twelve, 12, **window, VOILUTFunction="LINEAR_EXACT"), voi="LINEAR_EXACT"),
        case("window sigmoid", dataset(twelve, 12, **window, VOILUTFunction="SIGMOID"), voi="SIGMOID"),
        case("first of two windows", dataset(twelve, 12, WindowCenter=["1000", "3000"], WindowWidth=["800", "100"]), voi="LINEAR"),
        case("rescale", dataset(twelve, 12, RescaleSlope="2.5", RescaleIntercept="-1024"), voi="extremes"),
        case("rescale and window", dataset(twelve, 12, RescaleSlope="0.5", RescaleIntercept="-1024", WindowCenter="0", WindowWidth="1200"), voi="LINEAR"),
        case("rescale with a negative slope", dataset(twelve, 12, RescaleSlope="-1", RescaleIntercept="4095"), voi="extremes"),
        case("modality table", dataset(six, 6, ModalityLUTSequence=lut(curve[::-1], 0, 16)), voi="extremes"),
        case("modality table that covers a part, and window", dataset(six, 6, ModalityLUTSequence=lut(np.arange(40) * 100, 10, 16, "OW"), **window), voi="LINEAR"),
        case("VOI table", dataset(six, 6, VOILUTSequence=lut(curve // 16, 0, 12)), voi="LUT"),
        case("VOI table before window", dataset(six, 6, VOILUTSequence=lut(curve // 16, 0, 12, "OW"), **window), voi="LUT"),
        case("VOI table, 16 bit, on signed", dataset(signed, 12, signed=True, VOILUTSequence=lut(np.arange(200) * 300, -100, 16, first_vr="SS")), voi="LUT"),
        case("MONOCHROME1", dataset(twelve, 12, photometric="MONOCHROME1"), voi="extremes"),
        case("MONOCHROME1 and window", dataset(twelve, 12, photometric="MONOCHROME1", **window), voi="LINEAR"),
        case("MONOCHROME1 and INVERSE, which is the same twice", dataset(twelve, 12, photometric="MONOCHROME1", PresentationLUTShape="INVERSE", **window), voi="LINEAR"),
        case("INVERSE", dataset(twelve, 12, PresentationLUTShape="INVERSE", **window), voi="LINEAR"),
        case("padding", dataset(padded, 12, PixelPaddingValue=4000), voi="extremes"),
        case("padding, MONOCHROME1 and window", dataset(padded, 12, photometric="MONOCHROME1", PixelPaddingValue=4000, **window), voi="LINEAR"),
        case("a range of padding", dataset(ranged, 12, PixelPaddingValue=0, PixelPaddingRangeLimit=10), voi="extremes"),
        case("signed padding, its range downwards", dataset(samples(13, 12, True), 12, signed=True, PixelPaddingValue=-1500, PixelPaddingRangeLimit=-2048), voi="extremes"),
    ]


def compressed_cases():
    large = (32, 40)  # OpenJPEG halves an image five times
    eight, twelve, sixteen, signed = ramp(21, 8), ramp(22, 12), ramp(23, 16), ramp(24, 12, True)
    cases = []
    for name, syntax in [("RLE", RLELossless), ("JPEG-LS", JPEGLSLossless), ("JPEG 2000", JPEG2000Lossless)]:
        for depth, pixels, bits, is_signed in [("8 bit", eight, 8, False), ("12 bit", twelve, 12, False), ("16 bit", sixteen, 16, False), ("signed 12 bit", signed, 12, True)]:
            if (name, is_signed) == ("JPEG-LS", True):
                continue  # pyjpegls refuses it
            pixels = ramp(25, bits, is_signed, large) if name == "JPEG 2000" else pixels
            ds = dataset(pixels, bits, signed=is_signed)
            ds.compress(syntax, generate_instance_uid=False)
            cases.append(case(f"{name}, {depth}", ds, stored=pixels))
    for name, syntax, options in [("JPEG-LS near-lossless", JPEGLSNearLossless, {"jls_error": 3}), ("JPEG 2000 lossy", JPEG2000, {"j2k_cr": [4]})]:
        ds = dataset(ramp(26, 12, shape=large), 12)
        ds.compress(syntax, generate_instance_uid=False, **options)
        cases.append(case(name, ds, tolerance=1))
    for predictor in range(1, 8):
        syntax = JPEGLosslessSV1 if predictor == 1 else JPEGLossless
        cases.append(case(f"JPEG lossless, predictor {predictor}, 12 bit", encapsulated(twelve, 12, syntax, jpeg_lossless(twelve, 12, predictor)), stored=checked(twelve, encapsulated(twelve, 12, syntax, jpeg_lossless(twelve, 12, predictor)))))
    for bits, pixels in [(8, eight), (16, sixteen)]:
        ds = encapsulated(pixels, bits, JPEGLosslessSV1, jpeg_lossless(pixels, bits, 1))
        cases.append(case(f"JPEG lossless, {bits} bit", ds, stored=checked(pixels, ds)))
    cases.append(case("JPEG extended, 12 bit", encapsulated(np.zeros((8, 24)), 12, JPEGExtended12Bit, jpeg_extended([100, 2048, 4000], [9, -200, 0])), tolerance=1))
    y, x = np.mgrid[0:16, 0:16]
    smooth = Image.fromarray((120 + 60 * np.sin(x / 5) + 50 * np.cos(y / 7)).clip(0, 255).astype(np.uint8))
    file = io.BytesIO()
    smooth.save(file, "JPEG", quality=85)
    cases.append(case("JPEG baseline", encapsulated(np.zeros((16, 16)), 8, JPEGBaseline8Bit, file.getvalue()), tolerance=1))
    halves = [file.getvalue()[:300], file.getvalue()[300:]]
    split = encapsulated(np.zeros((16, 16)), 8, JPEGBaseline8Bit, [halves[0] + b"\x00" * (len(halves[0]) % 2), halves[1]])
    cases.append(case("JPEG baseline in two fragments", split, stored=np.asarray(Image.open(file)), tolerance=1))
    return cases


def checked(pixels, ds):
    """The samples, once pylibjpeg has read the same ones from what was encoded here."""
    read = pydicom.dcmread(io.BytesIO(written(ds)))
    read.pixel_array_options(decoding_plugin="pylibjpeg")
    assert (read.pixel_array == pixels).all()
    return pixels


def to_luma(rgb):
    return np.where((rgb == rgb[..., :1]).all(-1), rgb[..., 0], rgb @ LUMA)


def colour_cases():
    rgb = ramp(31, 8, shape=(HEIGHT, WIDTH, 3))
    rgb[0] = rgb[0, :, :1]
    luma = to_luma(rgb)
    planar = dataset(rgb, 8, photometric="RGB", PlanarConfiguration=1)
    planar.PixelData = rgb.transpose(2, 0, 1).astype("u1").tobytes()
    palette = dataset(samples(32, 4), 8, photometric="PALETTE COLOR")
    colours = samples(33, 8, shape=(16, 3))
    for index, name in enumerate(["Red", "Green", "Blue"]):
        setattr(palette, f"{name}PaletteColorLookupTableDescriptor", [16, 0, 8])
        setattr(palette, f"{name}PaletteColorLookupTableData", colours[:, index].astype("u1").tobytes())
    coloured = apply_color_lut(samples(32, 4).astype("u1"), palette)
    cases = [
        case("RGB", dataset(rgb, 8, photometric="RGB"), expected=luma),
        case("RGB, plane by plane", planar, expected=luma),
        case("YBR_FULL", dataset(rgb, 8, photometric="YBR_FULL"), expected=rgb[..., 0]),
        case("palette", palette, expected=coloured @ LUMA),
    ]
    for name, syntax in [("RLE", RLELossless), ("JPEG-LS", JPEGLSLossless), ("JPEG 2000", JPEG2000Lossless)]:
        pixels = ramp(34, 8, shape=(32, 40, 3)) if name == "JPEG 2000" else rgb
        ds = dataset(pixels, 8, photometric="RGB")
        ds.compress(syntax, generate_instance_uid=False)
        cases.append(case(f"RGB in {name}", ds, expected=to_luma(pixels)))
    y, x = np.mgrid[0:16, 0:16]
    grey = Image.fromarray((120 + 60 * np.sin(x / 5) + 50 * np.cos(y / 7)).clip(0, 255).astype(np.uint8))
    colour = Image.merge("RGB", [grey, grey.point(lambda v: v // 2 + 40), grey.transpose(Image.Transpose.FLIP_LEFT_RIGHT)])
    file = io.BytesIO()
    colour.save(file, "JPEG", quality=90)
    decoded = Image.open(io.BytesIO(file.getvalue()))
    decoded.draft("YCbCr", decoded.size)
    cases.append(case("YBR_FULL_422 in JPEG baseline", encapsulated(np.zeros((16, 16, 3)), 8, JPEGBaseline8Bit, file.getvalue(), photometric="YBR_FULL_422"), expected=np.asarray(decoded)[..., 0].astype(float), tolerance=1))
    return cases


def real_cases():
    folder = ROOT.parent / "shared/data/dicom"
    cases = []
    for entry in json.loads((folder / "manifest.json").read_text()):
        if "stored_sha256_le16" not in entry or entry["file"].startswith("real/rg3"):
            continue  # pydicom's decoders refuse the ankle
        ds = pydicom.dcmread(folder / entry["file"], force=True)
        if "TransferSyntaxUID" not in ds.file_meta:
            ds.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
        values, span, valid = chain(ds)
        flat, at = values.ravel(), np.flatnonzero(valid.ravel())
        at = at[:: max(1, len(at) // 12)][:12]
        counted = values[valid]
        cases.append({"file": entry["file"], "range": [float(x) for x in span], "valid": int(valid.sum()), "mean": float(counted.mean()), "deviation": float(counted.std()),
                      "at": [int(i) for i in at], "values": [round(float(flat[i]), 4) for i in at]})
    return cases


def main():
    names = ["pydicom", "pylibjpeg", "pylibjpeg-libjpeg", "pylibjpeg-openjpeg", "pyjpegls", "python-gdcm", "pillow", "numpy"]
    fixture = {"versions": {name: importlib.metadata.version(name) for name in names}, "synthetic": uncompressed_cases() + chain_cases() + compressed_cases() + colour_cases(), "real": real_cases()}
    path = ROOT / "packages/datasets/golden/dicom.json"
    path.write_text(json.dumps(fixture) + "\n")
    print(path, path.stat().st_size, len(fixture["synthetic"]), "made,", len(fixture["real"]), "real")


main()

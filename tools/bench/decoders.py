"""The peers of images.mjs: writes one radiograph of 1024 pixels as PNG and as DICOM in every transfer syntax that a Python library writes,
and times Pillow and pydicom (with pylibjpeg, pyjpegls and NumPy) on them: bytes to float32 through the whole chain, in processor time of one core.

Run by images.mjs: python3 decoders.py PIXELS.raw FOLDER     (16-bit little-endian pixels of 12 bits, 1024 x 1024; prints JSON: file -> milliseconds)
"""
import io
import json
import os
import pathlib
import sys
import time

for threads in ["OMP_NUM_THREADS", "OPJ_NUM_THREADS"]:
    os.environ[threads] = "1"

import numpy as np
import pydicom
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.pixels import apply_modality_lut, apply_voi_lut
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEG2000, JPEG2000Lossless, JPEGBaseline8Bit, JPEGLSLossless, RLELossless

SIDE = 1024


def dataset(pixels, bits, syntax, window=None, photometric="MONOCHROME1"):
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = syntax
    ds.file_meta.MediaStorageSOPClassUID, ds.file_meta.MediaStorageSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.1.1", "1.2.3"
    ds.SamplesPerPixel, ds.PhotometricInterpretation, ds.Rows, ds.Columns = 1, photometric, SIDE, SIDE
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = (8 if bits == 8 else 16), bits, bits - 1, 0
    if window:
        ds.WindowCenter, ds.WindowWidth = window
    ds.PixelData = pixels.astype((">" if syntax == ExplicitVRBigEndian else "<") + ("u1" if bits == 8 else "u2")).tobytes()
    ds["PixelData"].VR = "OB" if bits == 8 else "OW"
    return ds


def written(ds):
    file = io.BytesIO()
    pydicom.dcmwrite(file, ds, enforce_file_format=True)
    return file.getvalue()


def compressed(ds, syntax, **options):
    ds.compress(syntax, generate_instance_uid=False, **options)
    return written(ds)


def lossless_jpeg(ds):
    """JPEG lossless by GDCM, if it is there."""
    import gdcm
    import tempfile
    with tempfile.TemporaryDirectory() as folder:
        source, target = f"{folder}/source.dcm", f"{folder}/target.dcm"
        pathlib.Path(source).write_bytes(written(ds))
        reader = gdcm.ImageReader()
        reader.SetFileName(source)
        assert reader.Read()
        change = gdcm.ImageChangeTransferSyntax()
        change.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.JPEGLosslessProcess14_1))
        change.SetInput(reader.GetImage())
        assert change.Change()
        writer = gdcm.ImageWriter()
        writer.SetFileName(target)
        writer.SetFile(reader.GetFile())
        writer.SetImage(change.GetOutput())
        assert writer.Write()
        return pathlib.Path(target).read_bytes()


def files(twelve):
    eight = (twelve >> 4).astype(np.uint8)
    image = io.BytesIO()
    Image.fromarray(eight).save(image, "JPEG", quality=90)
    baseline = dataset(eight, 8, JPEGBaseline8Bit)
    baseline.PixelData = encapsulate([image.getvalue()])
    baseline["PixelData"].VR, baseline["PixelData"].is_undefined_length = "OB", True
    window = (2000, 3000)
    plain = lambda syntax=ExplicitVRLittleEndian: dataset(twelve, 12, syntax, window)
    png = io.BytesIO()
    Image.fromarray(eight).save(png, "PNG")
    deep = io.BytesIO()
    Image.fromarray((twelve * 16).astype(np.uint16)).save(deep, "PNG")
    colour = io.BytesIO()
    Image.fromarray(np.stack([eight] * 3 + [np.full_like(eight, 255)], -1)).save(colour, "PNG")
    return {
        "8-bit.png": png.getvalue(), "16-bit.png": deep.getvalue(), "rgba.png": colour.getvalue(),
        
        "8-bit.dcm": written(dataset(eight, 8, ImplicitVRLittleEndian, photometric="MONOCHROME2")), "8-bit-monochrome1.dcm": written(dataset(eight, 8, ImplicitVRLittleEndian)), "12-bit.dcm": written(plain()), "big-endian.dcm": written(plain(ExplicitVRBigEndian)), "deflated.dcm": written(plain(DeflatedExplicitVRLittleEndian)),
        "rle.dcm": compressed(plain(), RLELossless), "jpeg-baseline.dcm": written(baseline), "jpeg-lossless.dcm": lossless_jpeg(plain()),
        "jpeg-ls.dcm": compressed(plain(), JPEGLSLossless), "jpeg-2000-lossless.dcm": compressed(plain(), JPEG2000Lossless), "jpeg-2000.dcm": compressed(plain(), JPEG2000, j2k_cr=[10]),
    }


def decode_png(data):
    image = Image.open(io.BytesIO(data))
    return np.asarray(image if image.mode.startswith("I") else image.convert("L"), dtype=np.float32)


def decode_dicom(data):
    ds = pydicom.dcmread(io.BytesIO(data))
    values = apply_voi_lut(apply_modality_lut(ds.pixel_array, ds), ds)
    low, high = (0, 2**ds.BitsStored - 1) if "WindowCenter" in ds else (values.min(), values.max())
    values = values.astype(np.float32)
    return np.float32(low) + np.float32(high) - values if ds.PhotometricInterpretation == "MONOCHROME1" else values


def fastest(decode, data):
    """Milliseconds of processor time: the fastest of runs for a second and a half."""
    best, until = float("inf"), time.process_time() + 1.5
    while time.process_time() < until:
        start = time.process_time()
        decode(data)
        best = min(best, time.process_time() - start)
    return 1000 * best


def main(pixels, folder):
    made = files(np.fromfile(pixels, "<u2").reshape(SIDE, SIDE))
    for name, data in made.items():
        (pathlib.Path(folder) / name).write_bytes(data)
    print(json.dumps({name: fastest(decode_png if name.endswith("png") else decode_dicom, data) for name, data in made.items()}))


main(*sys.argv[1:])

"""Golden values of packages/transforms: albumentations 1.1.0, on 8-bit images ("as it ran") and on floats of 0..1 ("as it was meant").

Run: python tools/golden/albumentations_transforms.py
with albumentations==1.1.0, opencv-python-headless==4.7.0.72, numpy==1.23.5, scipy==1.10.1, scikit-image==0.20.0 and qudida==0.0.4
"""
import base64
import json
import pathlib

import albumentations as A
import cv2
import numpy as np
from albumentations.augmentations import functional as F
from albumentations.augmentations.geometric import functional as FG

import counter

HEIGHT, WIDTH = 29, 41
UNIT = counter.uniform(11, HEIGHT * WIDTH).reshape(HEIGHT, WIDTH)
BYTES = np.floor(UNIT * 256).astype(np.uint8)
FLOATS = UNIT.astype(np.float32)


def packed(array):
    assert array.dtype == np.uint8
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def numbers(array):
    return [round(float(x), 7) for x in np.asarray(array, dtype=np.float64).ravel()]


def sharpening(alpha, lightness):
    """Sharpen's own kernel, whose maker is private."""
    return A.Sharpen._Sharpen__generate_sharpening_matrix(alpha, lightness)


def line(size, start, end):
    kernel = np.zeros((size, size), dtype=np.uint8)
    cv2.line(kernel, start, end, 1, thickness=1)
    return kernel


def every_line(size, step=1):
    """[x0, y0, x1, y1, the kernel's pixels as one bit each, row by row from the lowest]"""
    points = [(x, y) for y in range(size) for x in range(size)]
    pairs = [(a, b) for a in points for b in points if a != b][::step]
    return [[*a, *b, sum(1 << i for i, on in enumerate(line(size, a, b).ravel()) if on)] for a, b in pairs]


def both(parameters, function):
    """The operation on bytes, and on floats with the values that leave 0..1 clipped: filters on floats do not."""
    return {"parameters": parameters, "bytes": packed(function(BYTES)), "floats": numbers(np.clip(function(FLOATS), 0, 1).ravel()[::4])}


def motion(size, start, end):
    kernel = line(size, start, end)
    kernel = kernel.astype(np.float32) / np.sum(kernel)
    return {"size": size, "start": start, "end": end, "bytes": packed(F.convolve(BYTES, kernel))}


def shift_scale_rotate(dx, dy, scale, angle):
    return {"parameters": {"shiftX": dx, "shiftY": dy, "scale": scale, "degrees": angle}, "bytes": packed(FG.shift_scale_rotate(BYTES, angle, scale, dx, dy))}


def main():
    noise = counter.normal(12, HEIGHT * WIDTH).reshape(HEIGHT, WIDTH)
    small = 0.07 * noise
    fixture = {
        "made by": f"tools/golden/albumentations_transforms.py with albumentations {A.__version__}, OpenCV {cv2.__version__}, numpy {np.__version__}",
        "width": WIDTH,
        "height": HEIGHT,
        "medianBlur": both({}, lambda x: F.median_blur(x, 3)),
        "sharpen": [both({"alpha": a, "lightness": l}, lambda x: F.convolve(x, sharpening(a, l))) for a, l in ((0.2, 0.5), (0.05, 1.0), (0.123, 0.77))],
        "motionBlur": [motion(3, (0, 1), (2, 1)), motion(3, (0, 0), (0, 1)), motion(5, (0, 4), (3, 1)), motion(5, (1, 0), (4, 3)), motion(7, (6, 0), (1, 5)), motion(7, (0, 2), (6, 3)), motion(7, (5, 6), (0, 6))],
        "lines": {"3": every_line(3), "5": every_line(5), "7": every_line(7, 17)},
        "brightnessContrast": [both({"brightness": b, "contrast": c}, lambda x: F.brightness_contrast_adjust(x, c, b, True)) for b, c in ((0.1, 0.8), (-0.0731, 1.1), (0, 0.93), (0.05, 1))],
        "multiplicativeNoise": [both({"factor": f}, lambda x: F.multiply(x, np.array(f))) for f in (0.9, 1.0873, 0.951)],
        "valueShift": [both({"shift": s}, lambda x: F.shift_hsv(x, 0, 0, s)) for s in (0.1, -0.1, 0.03, -0.0004)],
        "gaussianNoise": {"deviation": 0.07, "bytes": packed(F.gauss_noise(BYTES, small))},
        "shiftScaleRotate": [shift_scale_rotate(0.0625, -0.03, 0.8, 10), shift_scale_rotate(-0.05, 0.06, 1.2, -7.5), shift_scale_rotate(0, 0, 1, 3.3), shift_scale_rotate(0, 0, 1, 0)],
        "opticalDistortion": [{"parameters": {"strength": k}, "bytes": packed(F.optical_distortion(BYTES, k, 0, 0))} for k in (0.05, -0.05, 0.0123, 0)],
    }
    path = pathlib.Path(__file__).parents[2] / "packages/transforms/golden/albumentations.json"
    path.write_text(json.dumps(fixture) + "\n")
    print(path, path.stat().st_size)


main()

"""Golden values of packages/transforms: PyTorch, torchvision, Pillow, SciPy and NumPy on counter-based images.

Run: python tools/golden/transforms.py
"""
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
import torchvision
from PIL import Image
from scipy import ndimage
from torchvision.transforms import functional as TF

import counter

HEIGHT, WIDTH = 13, 17


def image(stream, height=HEIGHT, width=WIDTH):
    return counter.uniform(stream, height * width).reshape(height, width)


def numbers(array):
    return [round(float(x), 7) for x in np.asarray(array).ravel()]


def resized(source, height, width):
    pillow = np.asarray(Image.fromarray(source.astype(np.float32), "F").resize((width, height), Image.BILINEAR))
    torched = F.interpolate(torch.from_numpy(source)[None, None], size=(height, width), mode="bilinear", antialias=True, align_corners=False)[0, 0].numpy()
    assert np.abs(pillow - torched).max() < 1e-6
    return {"height": height, "width": width, "values": numbers(torched)}


def sampled(source, grid):
    """Bilinear sampling at PyTorch's normalised coordinates (align_corners=False), mirrored at the outermost pixel centres."""
    height, width = source.shape
    x = ((grid[..., 0] + 1) * width - 1) / 2
    y = ((grid[..., 1] + 1) * height - 1) / 2
    return ndimage.map_coordinates(source, [y, x], order=1, mode="mirror")


def shift_scale_rotate(source, shift_x, shift_y, scale, degrees):
    """OpenCV's getRotationMatrix2D about the image's centre, plus the shift: source to view, in pixels; inverted for PyTorch's grid."""
    height, width = source.shape
    alpha, beta = scale * np.cos(np.radians(degrees)), scale * np.sin(np.radians(degrees))
    forward = np.array([[alpha, beta, shift_x * width], [-beta, alpha, shift_y * height], [0, 0, 1]])
    normalise = np.diag([2 / width, 2 / height, 1.0])  # centred pixels to normalised coordinates
    theta = (normalise @ np.linalg.inv(forward) @ np.linalg.inv(normalise))[:2]
    grid = F.affine_grid(torch.from_numpy(theta)[None], [1, 1, height, width], align_corners=False)[0].numpy()
    parameters = {"shiftX": shift_x, "shiftY": shift_y, "scale": scale, "degrees": degrees, "aspect": width / height}
    return {"parameters": parameters, "matrix": numbers(theta), "values": numbers(sampled(source, grid))}


def optical_distortion(source, k):
    """OpenCV's initUndistortRectifyMap with focal lengths (width, height), k1 = k2 = k, about the image's centre."""
    height, width = source.shape
    v, u = np.mgrid[0:height, 0:width].astype(np.float64)
    x, y = (u - (width - 1) / 2) / width, (v - (height - 1) / 2) / height
    r2 = x * x + y * y
    factor = 1 + k * r2 + k * r2 * r2
    u, v = x * factor * width + (width - 1) / 2, y * factor * height + (height - 1) / 2
    return {"parameters": {"strength": k}, "values": numbers(ndimage.map_coordinates(source, [v, u], order=1, mode="mirror"))}


def motion_blur(source, dx, dy, line):
    """`line` is the kernel as one draws it, row by row."""
    kernel = np.array(line, dtype=np.float64)
    return {"parameters": {"dx": dx, "dy": dy}, "values": numbers(ndimage.correlate(source, kernel / kernel.sum(), mode="mirror"))}


def sharpen(source, alpha, lightness):
    """albumentations' kernel."""
    kernel = (1 - alpha) * np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0.0]]) + alpha * np.array([[-1, -1, -1], [-1, 8 + lightness, -1], [-1, -1, -1]])
    return {"parameters": {"alpha": alpha, "lightness": lightness}, "values": numbers(np.clip(ndimage.correlate(source, kernel, mode="mirror"), 0, 1))}


def colour_jitter(source, brightness, contrast, contrast_first):
    tensor = torch.from_numpy(source)[None]
    steps = [lambda x: TF.adjust_brightness(x, brightness), lambda x: TF.adjust_contrast(x, contrast)]
    for step in reversed(steps) if contrast_first else steps:
        tensor = step(tensor)
    return {"parameters": {"brightness": brightness, "contrast": contrast, "contrastFirst": contrast_first}, "values": numbers(tensor)}


def main():
    source = image(1)
    large = image(2, 29, 23)
    signed = counter.normal(3, 1001) * 50
    fixture = {
        "made by": f"tools/golden/transforms.py with torch {torch.__version__}, torchvision {torchvision.__version__}, numpy {np.__version__}",
        "resize": [resized(large, 9, 11), resized(large, 40, 31), resized(large, 29, 7), resized(large, 1, 1)],
        "percentiles": {"wanted": [0, 0.1, 37.5, 50, 99, 100], "values": numbers(np.percentile(signed.astype(np.float32).astype(np.float64), [0, 0.1, 37.5, 50, 99, 100]))},
        "shiftScaleRotate": [shift_scale_rotate(source, 0.0625, -0.03, 0.8, 10), shift_scale_rotate(source, -0.05, 0.06, 1.2, -7.5), shift_scale_rotate(source, 0, 0, 1, 90)],
        "opticalDistortion": [optical_distortion(source, 0.05), optical_distortion(source, -0.05)],
        "medianBlur": numbers(ndimage.median_filter(source, size=3, mode="nearest")),
        "motionBlur": [
            motion_blur(source, 1, 0, [[0, 0, 0], [1, 1, 1], [0, 0, 0]]),
            motion_blur(source, 1, -1, [[0, 0, 1], [0, 1, 0], [1, 0, 0]]),
            motion_blur(source, 1, 3, [[0, 1, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 1, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 1, 0], [0, 0, 0, 1, 0]]),
        ],
        "sharpen": [sharpen(source, 0.2, 0.5), sharpen(source, 0.05, 1.0)],
        "gaussianBlur": [{"parameters": {"sigma": s}, "values": numbers(ndimage.gaussian_filter(source, s, mode="mirror", truncate=4))} for s in (0.4, 1.3)],
        "colourJitter": [colour_jitter(source, 1.3, 0.7, False), colour_jitter(source, 0.7, 1.4, True)],
    }
    path = pathlib.Path(__file__).parents[2] / "packages/transforms/golden/transforms.json"
    path.write_text(json.dumps(fixture) + "\n")
    print(path, path.stat().st_size)


main()

"""Pairs of views a second with albumentations on one thread, in processor time: the peer of views.mjs, which starts it.

Reads one job a line, {"recipe": ..., "size": ..., "pairs": ...}, and answers with the seconds of processor time; an 8-bit image in, two normalised float32 views out.
Needs albumentations 1.1.0, opencv-python-headless < 4.8 and numpy < 1.24.
"""
import json
import random
import sys
import time

import albumentations as A
import cv2
import numpy as np

cv2.setNumThreads(1)

NOISE = A.OneOf([A.GaussNoise(var_limit=(0, 0.005)), A.MultiplicativeNoise(multiplier=(0.9, 1.1))], p=0.2)
SHIFT_SCALE_ROTATE = A.ShiftScaleRotate(shift_limit=0.0625, scale_limit=0.2, rotate_limit=10, interpolation=cv2.INTER_LINEAR, border_mode=cv2.BORDER_REFLECT_101, p=0.2)


def recipe(name, size):
    steps = {
        "cxr": [NOISE, SHIFT_SCALE_ROTATE],
        "cxr-strong": [
            A.OneOf([A.MedianBlur(blur_limit=3, p=0.1), A.MotionBlur(blur_limit=(3, 7), p=0.2), A.Sharpen(alpha=(0.01, 0.2), lightness=(0.5, 1.0), p=0.2)], p=0.2),
            A.RandomBrightnessContrast(brightness_limit=(-0.1, 0.1), contrast_limit=(-0.2, 0.1), p=0.6),
            NOISE,
            A.HueSaturationValue(hue_shift_limit=0, sat_shift_limit=0, val_shift_limit=0.1, p=0.3),
            SHIFT_SCALE_ROTATE,
            A.OneOf([A.OpticalDistortion(distort_limit=0.05)], p=0.2),
        ],
        # Grey images: brightness and contrast are what is left of the jitter, greyscale changes nothing
        "mocoV2": [
            A.RandomResizedCrop(size, size, scale=(0.2, 1.0)),
            A.ColorJitter(brightness=0.4, contrast=0.4, saturation=0, hue=0, p=0.8),
            A.GaussianBlur(blur_limit=0, sigma_limit=(0.1, 2.0), p=0.5),
            A.HorizontalFlip(p=0.5),
        ],
    }
    return A.Compose([*steps[name], A.Normalize(mean=[0.658], std=[0.221])])


for line in sys.stdin:
    job = json.loads(line)
    image = np.fromfile(job["image"], dtype=np.uint8).reshape(job["size"], job["size"])
    augment = recipe(job["recipe"], job["size"])
    random.seed(1)
    np.random.seed(1)
    start = time.process_time()
    for _ in range(job["pairs"]):
        query, key = augment(image=image)["image"], augment(image=image)["image"]
    seconds = time.process_time() - start
    assert query.dtype == key.dtype == np.float32
    print(json.dumps({"seconds": seconds, "version": f"albumentations {A.__version__}, OpenCV {cv2.__version__}"}), flush=True)

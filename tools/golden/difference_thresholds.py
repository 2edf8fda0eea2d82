"""The thresholds of datasets' difference hash: for each of its 64 differences, the median over chest radiographs.

usage: python tools/golden/difference_thresholds.py LABELS.csv      (a column `file`, paths from the CSV file's folder; NumPy and Pillow)

The committed numbers are of the 5,709 radiographs of ../shared/data/cxr-real/labels.csv: ChestX-ray14, Kermany et al. and Hannover Medical School.
"""
import csv
import os
import sys

import numpy as np
from PIL import Image

SIZE, MARGIN = 32, 2


def standardised_window(path):
    image = Image.open(path).convert("L").convert("F").resize((SIZE, SIZE), Image.BILINEAR)
    window = np.asarray(image, dtype=np.float64)[MARGIN : SIZE - MARGIN, MARGIN : SIZE - MARGIN]
    return (window - window.mean()) / window.std()


def block_means(window, rows, columns):
    height, width = window.shape
    down = [height * i // rows for i in range(rows + 1)]
    across = [width * i // columns for i in range(columns + 1)]
    return np.array([[window[down[r] : down[r + 1], across[c] : across[c + 1]].mean() for c in range(columns)] for r in range(rows)])


folder = os.path.dirname(sys.argv[1])
with open(sys.argv[1], newline="") as file:
    paths = [os.path.join(folder, row["file"]) for row in csv.DictReader(file)]
differences = np.array([np.diff(block_means(standardised_window(path), 8, 9), axis=1) for path in paths])
for row in np.median(differences, axis=0):
    print("  " + " ".join(f"{value:.2f}," for value in row))

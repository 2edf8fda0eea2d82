"""Scores COCO files of `cxr-ifa detect train` by pycocotools, and holds its figures against those that the program printed.

    pip install pycocotools
    python tools/experiments/coco_scores.py RUN            # of detect train
    python tools/experiments/coco_scores.py ANNOTATIONS DETECTIONS SCORES      # of detect evaluate --out SCORES

Detections of findings that their image was not searched for (LVIS's not_exhaustive_category_ids) count neither for nor against, and pycocotools does not know of them: they are left out before.
Ends with 1 where a figure differs by more than 1e-9.
"""
import contextlib
import io
import json
import os
import sys

import numpy
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval


def read(path):
    with open(path) as file:
        return json.load(file)


if len(sys.argv) == 2:
    run = sys.argv[1]
    annotations, detections = os.path.join(run, "annotations.json"), os.path.join(run, "detections.json")
    ours = read(os.path.join(run, "metrics.json"))["scores"]
else:
    annotations, detections, scores = sys.argv[1:4]
    ours = read(scores)

unsearched = {(image["id"], category) for image in read(annotations)["images"] for category in image.get("not_exhaustive_category_ids", [])}
counted = [detection for detection in read(detections) if (detection["image_id"], detection["category_id"]) not in unsearched]
with contextlib.redirect_stdout(io.StringIO()):
    truth = COCO(annotations)
    evaluation = COCOeval(truth, truth.loadRes(counted), "bbox")
    evaluation.evaluate()
    evaluation.accumulate()
precision = evaluation.eval["precision"][:, :, :, 0, 2]  # thresholds, recalls, findings; all areas, 100 detections
recall = evaluation.eval["recall"][:, :, 0, 2]


def mean(values):
    known = values[values > -1]
    return float(known.mean()) if known.size else None


theirs = {"map50": mean(precision[0]), "map": mean(precision), "recall": mean(recall)}
wanted = {"map50": ours["map50"]["value"], "map": ours["map"]["value"], "recall": ours["recall"]}
for position, finding in enumerate(ours["findings"]):
    for name, value in (("ap50", precision[0, :, position]), ("ap", precision[:, :, position])):
        theirs[f"{finding['finding']} {name}"] = mean(value)
        wanted[f"{finding['finding']} {name}"] = finding[name]
worst = 0.0
for name, value in theirs.items():
    own = wanted[name]
    difference = 0.0 if value is None and own is None else abs(numpy.nan if value is None or own is None else value - own)
    worst = numpy.nan if numpy.isnan(difference) else max(worst, difference)
    print(f"{name:28} pycocotools {value}   cxr-ifa {own}   difference {difference:.2g}")
print(f"{len(counted)} detections; largest difference {worst:.2g}")
sys.exit(0 if worst <= 1e-9 else 1)

"""Golden values of the detection scores: packages/metrics/golden/detection.json.

Average precision is pycocotools' (pip install pycocotools). The scores of VinDr-CXR's and RSNA's challenges and the FROC have no package: they are written out
here from their published definitions, one threshold and one box at a time.
"""
import contextlib
import io
import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

import counter

OUT = Path(__file__).parents[2] / "packages/metrics/golden/detection.json"


def scene(stream, images, findings, objects, detections, levels, crowd_share=0.0):
    """Objects at random places; detections near objects or anywhere, scores in `levels` steps so that some are equal. The last two images have no objects, the last no detection."""
    numbers = counter.uniform(stream, objects * 7).reshape(objects, 7)
    truth = [
        {"image": int(row[0] * (images - 2)), "finding": int(row[1] * findings), "box": [float(f"{v:.4g}") for v in (100 * row[2], 100 * row[3], 5 + 40 * row[4], 5 + 40 * row[5])], **({"crowd": True} if row[6] < crowd_share else {})}
        for row in numbers
    ]
    numbers = counter.uniform(stream + 1, detections * 9).reshape(detections, 9)
    found = []
    for row in numbers:
        near = truth[int(row[0] * objects)]
        if row[1] < 0.6:
            box = [near["box"][0] + 8 * (row[2] - 0.5), near["box"][1] + 8 * (row[3] - 0.5), near["box"][2] * (0.7 + 0.6 * row[4]), near["box"][3] * (0.7 + 0.6 * row[5])]
            image, finding = near["image"], near["finding"] if row[6] < 0.85 else int(row[7] * findings)
        else:
            box, image, finding = [100 * row[2], 100 * row[3], 5 + 40 * row[4], 5 + 40 * row[5]], int(row[6] * (images - 1)), int(row[7] * findings)
        found.append({"image": image, "finding": finding, "box": [float(f"{v:.4g}") for v in box], "score": round(float(np.ceil(row[8] * levels) / levels), 6)})
    return {"images": images, "findings": findings, "objects": truth, "detections": found}


def coco(name, data, thresholds=None, maximum=100, areas=None):
    ground = COCO()
    ground.dataset = {
        "images": [{"id": i + 1} for i in range(data["images"])],
        "categories": [{"id": f + 1} for f in range(data["findings"])],
        "annotations": [{"id": k + 1, "image_id": o["image"] + 1, "category_id": o["finding"] + 1, "bbox": o["box"], "area": o["box"][2] * o["box"][3], "iscrowd": int(o.get("crowd", False))} for k, o in enumerate(data["objects"])],
    }
    with contextlib.redirect_stdout(io.StringIO()):
        ground.createIndex()
        results = [{"image_id": d["image"] + 1, "category_id": d["finding"] + 1, "bbox": d["box"], "score": d["score"]} for d in data["detections"]]
        evaluation = COCOeval(ground, ground.loadRes(results), "bbox")
        if thresholds:
            evaluation.params.iouThrs = np.array(thresholds)
        evaluation.params.maxDets = [maximum]
        evaluation.params.areaRng, evaluation.params.areaRngLbl = [areas or [0, 1e10]], ["all"]
        evaluation.evaluate()
        evaluation.accumulate()
    precision, recall = evaluation.eval["precision"][:, :, :, 0, 0], evaluation.eval["recall"][:, :, 0, 0]  # [T, R, K], [T, K]
    mean = lambda values: float(values[values > -1].mean()) if (values > -1).any() else None
    return {
        "name": name, "thresholds": thresholds, "maximum": maximum, "areas": areas,
        "mean": mean(precision), "byThreshold": [mean(p) for p in precision], "byFinding": [mean(precision[:, :, k]) for k in range(data["findings"])], "recall": mean(recall),
    }


def overlap(a, b):
    across, down = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0]), min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    inter = max(across, 0) * max(down, 0)
    return inter / (a[2] * a[3] + b[2] * b[3] - inter)


def voc(data, threshold):
    """VOC2010 development kit: each detection belongs to the object of most overlap, a second one of an object is false; area under the monotone curve."""
    values = []
    for finding in range(data["findings"]):
        truth = [o for o in data["objects"] if o["finding"] == finding]
        if not truth:
            values.append(None)
            continue
        done, tp = [False] * len(truth), []
        for d in sorted((d for d in data["detections"] if d["finding"] == finding), key=lambda d: -d["score"]):
            best, at = -np.inf, -1
            for k, o in enumerate(truth):
                if o["image"] == d["image"] and overlap(d["box"], o["box"]) > best:
                    best, at = overlap(d["box"], o["box"]), k
            hit = at >= 0 and best > threshold and not done[at]
            if hit:
                done[at] = True
            tp.append(int(hit))
        tp = np.array(tp, float)
        recall = np.concatenate([[0], tp.cumsum() / len(truth), [1]])
        precision = np.concatenate([[0], tp.cumsum() / np.arange(1, len(tp) + 1), [0]])
        precision = np.maximum.accumulate(precision[::-1])[::-1]
        values.append(float(((recall[1:] - recall[:-1]) * precision[1:]).sum()))
    return {"threshold": threshold, "byFinding": values, "mean": float(np.mean([v for v in values if v is not None]))}


def rsna(data):
    scores = []
    for image in range(data["images"]):
        truth = [o["box"] for o in data["objects"] if o["image"] == image]
        found = [d["box"] for d in sorted((d for d in data["detections"] if d["image"] == image), key=lambda d: -d["score"])]
        if not truth and not found:
            scores.append(None)
            continue
        values = []
        for t in (0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75):
            left, tp = list(truth), 0
            for box in found:
                ious = [overlap(box, o) for o in left]
                if ious and max(ious) >= t:
                    left.pop(int(np.argmax(ious)))
                    tp += 1
            values.append(tp / (tp + len(found) - tp + len(left)))
        scores.append(float(np.mean(values)))
    return {"byImage": scores, "mean": float(np.mean([s for s in scores if s is not None]))}


def froc(data, hit, criterion):
    """At every threshold anew: which objects have a hit, and which detections hit nothing."""
    points = [(0.0, 0.0)]
    same = lambda d, o: d["image"] == o["image"] and d["finding"] == o["finding"] and hit(d["box"], o["box"])
    for threshold in sorted({d["score"] for d in data["detections"]}, reverse=True):
        taken = [d for d in data["detections"] if d["score"] >= threshold]
        sensitivity = np.mean([any(same(d, o) for d in taken) for o in data["objects"]])
        alarms = sum(not any(same(d, o) for o in data["objects"]) for d in taken)
        points.append((alarms / data["images"], float(sensitivity)))
    x, y = zip(*points)
    rates = [1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8]
    at = [float(np.interp(rate, x, y)) for rate in rates]
    return {"criterion": criterion, "falsePositives": x, "sensitivity": y, "score": float(np.mean(at))}


def holds_centre(d, o):
    x, y = d[0] + d[2] / 2, d[1] + d[3] / 2
    return o[0] <= x <= o[0] + o[2] and o[1] <= y <= o[1] + o[3]


if __name__ == "__main__":
    plain = scene(1, 12, 3, 24, 70, 1000)
    tied = scene(3, 9, 2, 16, 50, 5)
    crowded = scene(5, 8, 2, 20, 60, 20, crowd_share=0.3)
    no_crowds = {**plain, "findings": 4}  # one finding without objects
    fixture = {
        "maker": "tools/golden/detection_metrics.py", "pycocotools": version("pycocotools"),
        "scenes": {"plain": no_crowds, "tied": tied, "crowded": crowded},
        "coco": {
            "plain": [coco("COCO's own", no_crowds), coco("VinDr's single threshold", no_crowds, [0.4]), coco("two detections an image", no_crowds, [0.5, 0.75], 2), coco("objects of middle size", no_crowds, None, 100, [200, 900])],
            "tied": [coco("equal scores", tied), coco("equal scores, three detections", tied, [0.5], 3)],
            "crowded": [coco("crowds", crowded), coco("crowds, small objects", crowded, [0.3, 0.5], 100, [0, 500])],
        },
        "voc": {"plain": voc(no_crowds, 0.4), "tied": voc(tied, 0.4)},
        "rsna": {"plain": rsna(no_crowds), "tied": rsna(tied)},
        "froc": {"plain": [froc(no_crowds, lambda d, o: overlap(d, o) >= 0.2, 0.2), froc(no_crowds, holds_centre, "centre")], "tied": [froc(tied, lambda d, o: overlap(d, o) >= 0.5, 0.5)]},
    }
    OUT.write_text(json.dumps(fixture) + "\n")

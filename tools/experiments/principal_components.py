"""The floor that needs no network: 60 principal components of 32x32 pixels, and logistic regression on them.

    python tools/experiments/principal_components.py CXR_FOLDER --task bacteria|pneumonia [--fraction 0.01 --seed 1] --out FOLDER

Reads CXR_FOLDER/labels.csv (Kermany's rows, suggested_split), writes FOLDER/predictions.csv as `cxr-ifa classify train` does, so that
`cxr-ifa classify evaluate` and `compare` judge it. Components come from all training images, the penalty from the validation part;
with --fraction the labels of that share of the training patients are used, drawn by NumPy (not the draw of cxr-ifa).
"""
import argparse
import csv
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.preprocessing import StandardScaler

PENALTIES = [10.0**power for power in range(-5, 2)]  # C, from strong to weak
TASKS = {"bacteria": ("bacteria", lambda labels: "PNEUMONIA" in labels), "pneumonia": ("PNEUMONIA", lambda labels: True)}


def pixels(path):
    image = np.asarray(Image.open(path).convert("L"), np.float32)
    high = np.percentile(image, 99)
    small = Image.fromarray(np.clip(image, 0, high) / high).resize((32, 32), Image.Resampling.BILINEAR)
    return np.asarray(small, np.float32).ravel()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--task", choices=TASKS, required=True)
    parser.add_argument("--fraction", type=float, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    finding, belongs = TASKS[options.task]
    rows = [row for row in csv.DictReader(open(options.folder / "labels.csv")) if row["source"] == "kermany224"]
    split = np.array([row["suggested_split"] for row in rows])
    images = np.stack([pixels(options.folder / row["file"]) for row in rows])
    components = PCA(60, random_state=0).fit(images[split == "train"]).transform(images)

    labels = [row["labels"].split("|") for row in rows]
    among = np.array([belongs(own) for own in labels])
    positive = np.array([finding in own for own in labels])
    train = np.flatnonzero(among & (split == "train"))
    if options.fraction < 1:
        patients = sorted({rows[i]["patient_id"] for i in train})
        drawn = np.random.default_rng(options.seed).choice(patients, max(1, round(options.fraction * len(patients))), replace=False)
        train = np.array([i for i in train if rows[i]["patient_id"] in set(drawn)])
    validation = np.flatnonzero(among & (split == "val"))
    scaler = StandardScaler().fit(components[train])
    models = [LogisticRegression(C=c, max_iter=5000).fit(scaler.transform(components[train]), positive[train]) for c in PENALTIES]
    best = min(models, key=lambda model: log_loss(positive[validation], model.predict_proba(scaler.transform(components[validation]))[:, 1]))

    unseen = np.flatnonzero(among & (split != "train"))
    probability = best.predict_proba(scaler.transform(components[unseen]))[:, 1]
    options.out.mkdir(parents=True, exist_ok=True)
    with open(options.out / "predictions.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["image", "patient", "split", f"{finding}:probability", f"{finding}:label"])
        writer.writerows([rows[i]["file"], rows[i]["patient_id"], split[i], p, int(positive[i])] for i, p in zip(unseen, probability))
    test = split[unseen] == "test"
    print(f"{options.task}: AUROC {roc_auc_score(positive[unseen][test], probability[test]):.4f} on {test.sum()} test images, {len(train)} training images, C {best.C}")


if __name__ == "__main__":
    main()

"""How hard the chest phantom is: logistic regression on 32 x 32 pixels against a supervised ResNet-18, on the same images.

    node tools/long-run/phantom-difficulty.mjs DIRECTORY
    python tools/long-run/phantom-difficulty.py DIRECTORY

The first 1,000 images (to the end of a patient) are for training, the rest for testing: no patient is in both. The penalty of the
logistic regression is chosen for each finding by cross-validation over patients within the training images. The ResNet-18 is
torchvision's with one input channel, from random weights. Writes phantom-difficulty.json beside this script.
"""

import argparse
import json
import pathlib
import time

import numpy as np
import sklearn
import torch
import torchvision
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

TRAIN = 1000
BATCH = 32


def read(directory):
    meta = json.loads((directory / "labels.json").read_text())
    size = meta["size"]
    images = np.fromfile(directory / "images.bin", np.uint8).reshape(-1, size, size)
    labels = np.array([record["labels"] for record in meta["records"]])
    patients = np.array([record["patient"] for record in meta["records"]])
    train = TRAIN
    while patients[train] == patients[train - 1]:
        train += 1
    return meta, images, labels, patients, train


def logistic(images, labels, patients, train):
    """Test AUROC of each finding."""
    block = images.shape[1] // 32
    pixels = images.reshape(-1, 32, block, 32, block).mean((2, 4), dtype=np.float32).reshape(len(images), -1)
    result = []
    for y in labels.T:
        models = [make_pipeline(StandardScaler(), LogisticRegression(C=c, max_iter=500)) for c in (1e-4, 1e-3, 1e-2, 1e-1)]
        folds = GroupKFold(5)
        score = [cross_val_score(m, pixels[:train], y[:train], groups=patients[:train], cv=folds, scoring="roc_auc").mean() for m in models]
        best = models[int(np.argmax(score))].fit(pixels[:train], y[:train])
        result.append(roc_auc_score(y[train:], best.decision_function(pixels[train:])))
    return result


def resnet(images, labels, train, epochs):
    """Test AUROC of each finding after a fixed number of epochs; the test images choose nothing."""
    torch.manual_seed(0)
    x = torch.from_numpy(images).float()[:, None]
    x = (x - x[:train].mean()) / x[:train].std()
    y = torch.from_numpy(labels).float()
    net = torchvision.models.resnet18(num_classes=y.shape[1])
    net.conv1 = torch.nn.Conv2d(1, 64, 7, 2, 3, bias=False)
    steps = train // BATCH
    optimizer = torch.optim.AdamW(net.parameters(), 1e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, epochs * steps)
    reach = images.shape[1] // 16
    start = time.time()
    for epoch in range(epochs):
        net.train()
        order = torch.randperm(train)
        total = 0.0
        for step in range(steps):
            batch = order[step * BATCH : (step + 1) * BATCH]
            shift = torch.randint(-reach, reach + 1, (2,)).tolist()
            loss = torch.nn.functional.binary_cross_entropy_with_logits(net(torch.roll(x[batch], shift, (2, 3))), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item()
        print(f"epoch {epoch + 1}/{epochs}: loss {total / steps:.4f}, {time.time() - start:.0f} s", flush=True)
        if (epoch + 1) % 5 == 0 or epoch + 1 == epochs:
            result = test_auroc(net, x[train:], labels[train:])
            print([round(value, 3) for value in result], flush=True)
    return result


def test_auroc(net, x, labels):
    net.eval()
    with torch.no_grad():
        scores = torch.cat([net(x[at : at + 100]) for at in range(0, len(x), 100)])
    return [roc_auc_score(labels[:, finding], scores[:, finding]) for finding in range(labels.shape[1])]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    meta, images, labels, patients, train = read(arguments.directory)
    scores = {"logistic32": logistic(images, labels, patients, train)}
    print("logistic regression:", scores, flush=True)
    scores["resnet18"] = resnet(images, labels, train, arguments.epochs)
    result = {
        "images": {"train": train, "test": len(images) - train, "size": meta["size"], "seed": meta["seed"]},
        "epochs": arguments.epochs,
        "testPositives": dict(zip(meta["findings"], labels[train:].sum(0).tolist())),
        "auroc": {name: dict(zip(meta["findings"], (round(v, 3) for v in values)), mean=round(float(np.mean(values)), 3)) for name, values in scores.items()},
        "versions": {"torch": torch.__version__, "torchvision": torchvision.__version__, "scikit-learn": sklearn.__version__},
    }
    pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result["auroc"], indent=2))
    assert all(0.6 <= value <= 0.85 for value in scores["logistic32"]), "a linear model of pixels finds a finding too easy or too hard"
    assert np.mean(scores["resnet18"]) > 0.9, "a supervised ResNet-18 does not learn the findings"


main()

"""Golden values of the detection losses, from torchvision's and PyTorch's own functions in float64: packages/losses/golden/detection-losses.json."""
import json
from pathlib import Path

import torch
import torchvision
from torch.nn.functional import smooth_l1_loss
from torchvision.ops import generalized_box_iou_loss, sigmoid_focal_loss

import counter

OUT = Path(__file__).parents[2] / "packages/losses/golden/detection-losses.json"


def uniform(stream, *shape):
    return torch.from_numpy(counter.uniform(stream, torch.Size(shape).numel())).reshape(shape)


def normal(stream, *shape):
    return torch.from_numpy(counter.normal(stream, torch.Size(shape).numel())).reshape(shape)


def short(tensor):
    return [float(f"{value:.9g}") for value in tensor.flatten().tolist()]


def reduce(cells, counted, divisors):
    if divisors is None:
        return (cells * counted).sum() / counted.sum().clamp(min=1)
    return ((cells * counted).flatten(1).sum(1) / torch.tensor(divisors, dtype=torch.float64)).mean()


def focal(name, streams, shape, scale, alpha, gamma, known_share, divisors):
    logits = (scale * normal(streams[0], *shape)).requires_grad_()
    labels = (uniform(streams[1], *shape) < 0.3).double()
    known = (uniform(streams[2], *shape) < known_share).double()
    cells = sigmoid_focal_loss(logits, labels, alpha=-1 if alpha is None else alpha, gamma=gamma)
    loss = reduce(cells, known, divisors)
    loss.backward()
    return {"name": name, "streams": streams, "shape": shape, "scale": scale, "alpha": alpha, "gamma": gamma, "knownShare": known_share, "divisors": divisors, "loss": loss.item(), "gradient": short(logits.grad)}


def smooth_l1(name, streams, shape, beta, counted_share, divisors):
    predicted = normal(streams[0], *shape).requires_grad_()
    target = normal(streams[1], *shape)
    counted = (uniform(streams[2], *shape) < counted_share).double()
    loss = reduce(smooth_l1_loss(predicted, target, beta=beta, reduction="none"), counted, divisors)
    loss.backward()
    return {"name": name, "streams": streams, "shape": shape, "beta": beta, "countedShare": counted_share, "divisors": divisors, "loss": loss.item(), "gradient": short(predicted.grad)}


def boxes(stream, images, anchors):
    """yMin, xMin, yMax, xMax: corners from 0 to 0.6, sides from 0.05 to 0.45."""
    numbers = uniform(stream, images, anchors, 4)
    corner, side = 0.6 * numbers[..., :2], 0.05 + 0.4 * numbers[..., 2:]
    return torch.cat([corner, corner + side], -1)


def giou(name, streams, images, anchors, counted_share, divisors):
    predicted = boxes(streams[0], images, anchors).requires_grad_()
    target = boxes(streams[1], images, anchors)
    counted = (uniform(streams[2], images, anchors) < counted_share).double()
    swap = [1, 0, 3, 2]  # torchvision's order: x first
    loss = reduce(generalized_box_iou_loss(predicted[..., swap], target[..., swap], eps=1e-12), counted, divisors)
    loss.backward()
    return {"name": name, "streams": streams, "images": images, "anchors": anchors, "countedShare": counted_share, "divisors": divisors, "loss": loss.item(), "gradient": short(predicted.grad)}


if __name__ == "__main__":
    fixture = {
        "maker": "tools/golden/detection_losses.py",
        "torch": torch.__version__.split("+")[0],
        "torchvision": torchvision.__version__.split("+")[0],
        "focal": [
            focal("the paper's settings, by image", [101, 102, 103], [2, 7, 3], 2.0, 0.25, 2.0, 0.9, [4, 1]),
        ],
        "smoothL1": [
            smooth_l1("L1, torchvision's RetinaNet", [121, 122, 123], [2, 6, 4], 0.0, 0.5, [3, 1]),
            smooth_l1("beta 1/9, the paper's code", [124, 125, 126], [2, 5, 4], 1 / 9, 0.8, [2, 5]),
            smooth_l1("beta 1, mean", [127, 128, 129], [3, 8], 1.0, 0.7, None),
        ],
        "giou": [
            giou("by image", [131, 132, 133], 2, 9, 0.6, [4, 2]),
            giou("mean", [134, 135, 136], 3, 6, 0.8, None),
        ],
    }
    OUT.write_text(json.dumps(fixture) + "\n")

"""Golden values of the focal loss, from torchvision's sigmoid_focal_loss in float64: packages/losses/golden/focal-loss.json."""
import json
from pathlib import Path

import torch
import torchvision
from torchvision.ops import sigmoid_focal_loss

import counter

OUT = Path(__file__).parents[2] / "packages/losses/golden/focal-loss.json"


def case(name, streams, n, f, known_share, scale, gamma, alpha):
    """alpha -1 is torchvision's for none."""
    logits = (scale * torch.from_numpy(counter.normal(streams[0], n * f)).reshape(n, f)).requires_grad_()
    below = lambda stream, bound: (torch.from_numpy(counter.uniform(stream, n * f)).reshape(n, f) < bound).double()
    labels, known = below(streams[1], 0.4), below(streams[2], known_share)
    total = (sigmoid_focal_loss(logits, labels, alpha=alpha, gamma=gamma) * known).sum()
    mean = total / known.sum()
    mean.backward()
    return {
        "name": name, "streams": streams, "n": n, "f": f, "knownShare": known_share, "scale": scale, "gamma": gamma, "alpha": alpha,
        "mean": mean.item(), "sum": total.item(), "gradient": [float(f"{value:.9g}") for value in logits.grad.flatten().tolist()],
    }


if __name__ == "__main__":
    fixture = {
        "maker": "tools/golden/focal_loss.py",
        "torch": torch.__version__.split("+")[0],
        "torchvision": torchvision.__version__.split("+")[0],
        "cases": [
            case("RetinaNet's, all known", [81, 82, 83], 4, 5, 1.1, 1.0, 2, 0.25),
            case("some known, no alpha", [84, 85, 86], 5, 3, 0.6, 2.0, 2, -1),
            case("another gamma, extreme logits", [87, 88, 89], 4, 4, 0.7, 12.0, 1.5, 0.6),
        ],
    }
    OUT.write_text(json.dumps(fixture) + "\n")

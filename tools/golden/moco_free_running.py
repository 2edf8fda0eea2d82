"""Golden values of packages/moco: twenty free-running steps of every IFA preset in PyTorch float64, and how far PyTorch float32 strays from them.

At the method's learning rate a run is chaotic: where a rounding tips over a ReLU, a maximum or |target - cosine|, parameters move by a
thousandth within ten steps, in PyTorch's float32 as in ours, and when a run meets such a place is luck. So float32's distance is the
root mean square over eleven runs, whose images differ by 4e-7 at most, and a case is kept only where each of these passes the test against
the ten others: none is further from float64 than three times their root mean square. After one step it is rounding alone; after twenty, chaos.

    python tools/golden/moco_free_running.py [preset ...]        writes packages/moco/golden/free-running.json, or renews these presets in it
"""
import json
import sys
from pathlib import Path

import numpy as np
import torch

import counter
import moco

STEPS = 20
PRESETS = ("released", "abstract", "aligned", "none", "kaku-mse")
MOMENTS = (1, 5, 10, 20)  # the steps after which the state is recorded
PARTS = ("encoder_q", "head_q", "encoder_k", "head_k", "statistics_q", "statistics_k", "momentum", "queue")
ELEMENTS, PROJECTIONS = 4, 16
PERTURBATIONS = (0.0, *(sign * size for size in (0.5e-7, 1e-7, 2e-7, 3e-7, 4e-7) for sign in (1, -1)))
TIMES = 3


def parts(trainer):
    """The state by parts of it, the tensors of each joined in the order of their names."""
    tensors = sorted(trainer.tensors().items())
    return {part: np.concatenate([array.reshape(-1) for name, array in tensors if name.split(".")[0] == part]) for part in PARTS}


def digest(values, stream):
    """Norm, some elements, and projections on random signs: the root of the mean of their squared differences estimates a distance."""
    elements = [values[int(u * values.size)] for u in counter.uniform(stream, ELEMENTS)]
    projections = [np.where(counter.uniform(stream + 1 + j, values.size) < 0.5, -1.0, 1.0) @ values for j in range(PROJECTIONS)]
    return [float(f"{number:.12g}") for number in (np.linalg.norm(values), *elements, *projections)]


def distance(found, exact):
    return float(np.linalg.norm(found - exact) / np.linalg.norm(exact))


def at(case, stream):
    return {**case, "stream": stream, "permutations": [np.argsort(counter.uniform(stream + 6000 + i, case["batch"])).tolist() for i in range(STEPS)]}


def root_mean_square(values):
    return float(f"{np.sqrt(np.mean(np.square(values))):.4g}")


def agree(distances):
    """Whether each is at most three times the root mean square of the others."""
    squares = np.square(distances)
    return all(square <= TIMES**2 * np.delete(squares, i).mean() for i, square in enumerate(squares))


def make(case):
    """The fixture of a case, or None where PyTorch's own runs do not agree on how far float32 strays."""
    exact, singles = moco.Trainer(case, torch.float64), [moco.Trainer(case, torch.float32) for _ in PERTURBATIONS]
    logs, strays, states = [], [], {}
    for index in range(STEPS):
        logs.append(exact.step(index)[0])
        strays.append([single.step(index, perturbation)[0] for single, perturbation in zip(singles, PERTURBATIONS)])
        if index + 1 in MOMENTS:
            reference, found = parts(exact), [parts(single) for single in singles]
            distances = {part: [distance(one[part], reference[part]) for one in found] for part in PARTS}
            if not all(agree(each) for each in distances.values()):
                return None
            states[index + 1] = {part: {"digest": digest(reference[part], 800_000 + 100 * i), "float32": root_mean_square(distances[part])} for i, part in enumerate(PARTS)}
    apart = {name: [root_mean_square([each[run][name] - log[name] for log, each in zip(logs, strays)]) for run in range(len(singles))] for name in logs[0]}
    if not all(agree(each) for each in apart.values()):
        return None
    result = {**case, "logs": logs, "float32": {name: root_mean_square(each) for name, each in apart.items()}, "states": states}
    if case["ifa"] != "none":
        result["shuffledMaps"] = moco.Trainer(case, torch.float64, unshuffles_maps=False).step(0)[0]
    print(case["ifa"], "stream", case["stream"], "loss", logs[-1]["loss"], "float32", result["float32"]["loss"], {part: states[STEPS][part]["float32"] for part in PARTS}, flush=True)
    return result


def find(case, first_stream):
    for attempt in range(100):
        found = make(at(case, first_stream + 10_000 * attempt))
        if found:
            return found
    raise SystemExit(f"PyTorch's float32 runs agree nowhere for {case}")


def main():
    torch.set_num_threads(1)
    small = {"architecture": "resnet18", "width": 4, "size": 64, "batch": 8, "groups": 2, "pointer": 8}
    target = Path(__file__).parents[2] / "packages/moco/golden/free-running.json"
    presets = sys.argv[1:] or PRESETS
    runs = [run for run in json.loads(target.read_text())["runs"] if run["ifa"] not in presets] if sys.argv[1:] and target.exists() else []
    for ifa in presets:
        runs.append(find({**small, "ifa": ifa, "learningRate": 0.03}, 30_000_000 + 10_000_000 * PRESETS.index(ifa)))
    runs.sort(key=lambda run: PRESETS.index(run["ifa"]))
    constants = {"dimension": moco.DIMENSION, "queueSize": moco.QUEUE, "temperature": moco.TEMPERATURE, "momentum": moco.MOMENTUM, "torch": torch.__version__}
    target.write_text(json.dumps({**constants, "runs": runs}, separators=(",", ":")) + "\n")
    print(target, target.stat().st_size, "bytes")


if __name__ == "__main__":
    main()

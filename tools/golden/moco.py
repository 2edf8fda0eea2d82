"""Golden values of packages/moco: training steps of MoCo v2 + IFA in PyTorch float64, written from the method's description.

Weights, images, momenta and queues come from the counter-based generator, so the fixture holds only losses, norms, a few
elements and a few random projections of every tensor. A case is kept only if it lies away from the kinks (ReLU, max-pool,
|target - cosine|): three float32 runs with inputs perturbed by 1e-7 must stay within 2e-5 of float64.

    python tools/golden/moco.py        writes packages/moco/golden/moco.json
"""
import json
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import counter
from fill import fill
from resnet_model import Resnet

DIMENSION, QUEUE, TEMPERATURE, MOMENTUM = 16, 32, 0.2, 0.999
WEIGHT_DECAY, SGD_MOMENTUM = 1e-4, 0.9
BOTH_TO_ONE = {"layer1": (1.0, 1.0), "layer4": (1.0, 1.0)}
IFA = {"released": {"layer1": (0.3, 1.0), "layer4": (1.0, 1.0)}, "abstract": BOTH_TO_ONE, "aligned": BOTH_TO_ONE, "none": {}}
KAKU_MSE = {"layer1": 16, "layer2": 16, "layer3": 4, "layer4": 4}  # the side that each stage is pooled to, at a weight of a quarter
SAMPLES, PROJECTIONS = 2, 3


class Branch(nn.Module):
    def __init__(self, architecture, width, groups):
        super().__init__()
        self.encoder = Resnet(architecture, width, groups=groups)
        size = self.encoder.feature_size
        self.head = nn.Sequential(nn.Linear(size, size), nn.ReLU(), nn.Linear(size, DIMENSION))

    def forward(self, x):
        stages, features = self.encoder(x)
        return F.normalize(self.head(features), dim=1), stages


def fill_branch(branch, first_stream):
    """Parameters of encoder and head and the running statistics, each set from a range of streams of its own."""
    parameters = dict(branch.named_parameters())
    statistics = {name: buffer for name, buffer in branch.named_buffers() if "running" in name}
    with torch.no_grad():
        for part, offset in (("encoder.", 0), ("head.", 300)):
            own = {name: value for name, value in parameters.items() if name.startswith(part)}
            for name, values in fill({name: value.shape for name, value in own.items()}, first_stream + offset).items():
                own[name].copy_(torch.from_numpy(values))
        for name, values in fill({name: value.shape for name, value in statistics.items()}, first_stream + 400).items():
            statistics[name].copy_(torch.from_numpy(values))


def average_statistics(encoder):
    """PyTorch's rule, with the mean over the groups."""
    running = dict(encoder.named_buffers())
    for name, value in encoder.batch_statistics().items():
        running[name].lerp_(value.detach(), 0.1)


def float32(values):
    return np.asarray(values, np.float32).astype(np.float64)


class Trainer:
    """The state of a run: both branches, the velocities, the queue. Made from the streams that begin at `stream`.

    `unshuffles_maps=False` forgets to undo the permutation of the key batch for the maps, as the method's first draft did.
    """

    def __init__(self, case, dtype, unshuffles_maps=True):
        stream = case["stream"]
        self.case, self.pointer, self.dtype, self.unshuffles_maps = case, case["pointer"], dtype, unshuffles_maps
        self.query, self.key = (Branch(case["architecture"], case["width"], case["groups"]).double() for _ in range(2))
        fill_branch(self.query, stream)
        fill_branch(self.key, stream + 1000)
        with torch.no_grad():  # the key encoder lies near the query encoder, as it does in training
            for key, query in zip(self.key.parameters(), self.query.parameters()):
                key.copy_(torch.from_numpy(float32(0.9 * query.numpy(force=True) + 0.1 * key.numpy(force=True))))
        velocities = fill({name: value.shape for name, value in self.query.named_parameters()}, stream + 2000)
        self.velocities = {name: torch.from_numpy(float32(0.1 * values)).to(dtype) for name, values in velocities.items()}
        queue = counter.normal(stream + 3000, QUEUE * DIMENSION).reshape(QUEUE, DIMENSION)
        self.queue = torch.from_numpy(float32(queue / np.linalg.norm(queue, axis=1, keepdims=True))).to(dtype)
        self.query.to(dtype).train()
        self.key.to(dtype).train()

    def step(self, index, perturbation=0.0):
        case = self.case
        query_images, key_images = (self.images(index, view, perturbation) for view in range(2))
        with torch.no_grad():
            for key, query in zip(self.key.parameters(), self.query.parameters()):
                key.mul_(MOMENTUM).add_(query, alpha=1 - MOMENTUM)
            permutation = torch.tensor(case["permutations"][index])
            inverse = torch.argsort(permutation)
            keys, key_stages = self.key(key_images[permutation])
            keys, key_stages = keys[inverse], {name: map[inverse] for name, map in key_stages.items()}
        queries, query_stages = self.query(query_images)
        logits = torch.cat([(queries * keys).sum(1, keepdim=True), queries @ self.queue.T], 1) / TEMPERATURE
        losses = {"infoNce": F.cross_entropy(logits, torch.zeros(len(logits), dtype=torch.long))}
        total = losses["infoNce"]
        if not self.unshuffles_maps:
            key_stages = {name: map[permutation] for name, map in key_stages.items()}
        terms, numbers = self.kaku_mse(query_stages, key_stages) if case["ifa"] == "kaku-mse" else self.ifa(query_stages, key_stages, index)
        total = total + terms
        losses.update(numbers)
        for branch in (self.query, self.key):
            average_statistics(branch.encoder)
        self.query.zero_grad()
        total.backward()
        gradients = {name: parameter.grad.clone() for name, parameter in self.query.named_parameters()}
        with torch.no_grad():
            for name, parameter in self.query.named_parameters():
                self.velocities[name] = SGD_MOMENTUM * self.velocities[name] + gradients[name] + WEIGHT_DECAY * parameter
                parameter.sub_(case["learningRate"] * self.velocities[name])
            self.queue[self.pointer : self.pointer + case["batch"]] = keys
            self.pointer = (self.pointer + case["batch"]) % QUEUE
        top1 = (logits.argmax(1) == 0).double().mean()
        return {"loss": total.item(), **{name: value.item() for name, value in losses.items()}, "accuracyTop1": top1.item()}, gradients

    def ifa(self, query_stages, key_stages, index):
        total, numbers = 0.0, {}
        for stage, (target, weight) in IFA[self.case["ifa"]].items():
            query, key = query_stages[stage], key_stages[stage]
            mask = torch.ones(query.shape[0], *query.shape[2:], dtype=self.dtype)
            if self.case["ifa"] == "aligned":
                positions, mask = self.alignment(index, query.shape[2])
                key = F.grid_sample(key, positions, mode="bilinear", padding_mode="border", align_corners=False)
                numbers[f"coverage.{stage}"] = mask.mean()
            cosine = (F.normalize(query, dim=1) * F.normalize(key, dim=1)).sum(1)
            numbers[f"ifa.{stage}"] = ((target - cosine).abs() * mask).sum() / mask.sum()
            numbers[f"similarity.{stage}"] = (cosine * mask).sum() / mask.sum()
            total = total + weight * numbers[f"ifa.{stage}"]
        return total, numbers

    def kaku_mse(self, query_stages, key_stages):
        total, numbers = 0.0, {}
        for stage, size in KAKU_MSE.items():
            query, key = (F.adaptive_avg_pool2d(stages[stage], size) for stages in (query_stages, key_stages))
            numbers[f"mse.{stage}"] = F.mse_loss(query, key)
            numbers[f"similarity.{stage}"] = F.cosine_similarity(query, key, dim=1, eps=1e-12).mean()
            total = total + 0.25 * numbers[f"mse.{stage}"]
        return total, numbers

    def alignment(self, index, side):
        """Where the cells of each query lie in its key: an affine map of each image's own, and which cells it leaves inside."""
        batch = self.case["batch"]
        shear = 0.4 * (counter.uniform(self.case["stream"] + 4006 + 10 * index, 6 * batch).reshape(batch, 6, 1, 1) - 0.5)
        centres = (2 * np.arange(side) + 1) / side - 1
        x, y = centres[None, None, :], centres[None, :, None]
        across = (1 + shear[:, 0]) * x + shear[:, 1] * y + shear[:, 2]
        down = shear[:, 3] * x + (1 + shear[:, 4]) * y + shear[:, 5]
        inside = (np.abs(across) <= 1) & (np.abs(down) <= 1)
        return torch.from_numpy(float32(np.stack([across, down], -1))).to(self.dtype), torch.from_numpy(inside).to(self.dtype)

    def images(self, index, view, perturbation):
        batch, size, stream = self.case["batch"], self.case["size"], self.case["stream"] + 4000 + 10 * index
        pixels = batch * size * size
        images = counter.normal(stream, pixels) + 0.3 * counter.normal(stream + 1 + view, pixels)  # two views of one image
        if perturbation:
            images = images * (1 + perturbation * np.sign(counter.normal(stream + 5, pixels)))
        return torch.from_numpy(float32(images) if not perturbation else images).to(self.dtype).reshape(batch, 1, size, size)

    def tensors(self):
        """Everything by its snapshot name, filters transposed to our layout."""
        named = {}
        for suffix, branch in (("q", self.query), ("k", self.key)):
            for name, value in branch.named_parameters():
                part, rest = name.split(".", 1)
                named[f"{part}_{suffix}.{rest}"] = value
            for name, value in branch.named_buffers():
                if "running" in name:
                    named[f"statistics_{suffix}.{name.removeprefix('encoder.')}"] = value
        for name, value in self.velocities.items():
            part, rest = name.split(".", 1)
            named[f"momentum.{part}_q.{rest}"] = value
        named["queue"] = self.queue
        return {name: ours(value) for name, value in named.items()}


def ours(value):
    array = value.detach().double().numpy()
    return array.transpose(2, 3, 1, 0) if array.ndim == 4 else array


def digest(array, stream):
    """Norm, two elements, and three projections on random signs: sqrt(mean of squared projections of a difference) estimates its norm."""
    flat = array.reshape(-1)
    positions = [int(u * flat.size) for u in counter.uniform(stream, SAMPLES)]
    signs = [np.where(counter.uniform(stream + 1 + j, flat.size) < 0.5, -1.0, 1.0) for j in range(PROJECTIONS)]
    numbers = [np.linalg.norm(flat), *(flat[p] for p in positions), *(s @ flat for s in signs)]
    return [float(f"{number:.10g}") for number in numbers]


def digests(tensors):
    return {name: digest(array, 700_000 + 10 * index) for index, (name, array) in enumerate(sorted(tensors.items()))}


def whole(gradients):
    return np.concatenate([gradients[name].double().numpy().reshape(-1) for name in sorted(gradients)])


def away_from_kinks(case):
    _, reference = Trainer(case, torch.float64).step(0)
    exact = whole(reference)
    for perturbation in (1e-7, -1e-7, 0.5e-7):
        _, found = Trainer(case, torch.float32).step(0, perturbation)
        if np.linalg.norm(whole(found) - exact) > 2e-5 * np.linalg.norm(exact):
            return False
    return True


def find_case(case, first_stream):
    for attempt in range(200):
        stream = first_stream + 10_000 * attempt
        candidate = {**case, "stream": stream, "permutations": [np.argsort(counter.uniform(stream + 6000 + i, case["batch"])).tolist() for i in range(5)]}
        if away_from_kinks(candidate):
            return candidate
    raise SystemExit(f"no case away from the kinks for {case}")


def make(case, first_stream, steps, learning_rate):
    case = find_case({**case, "learningRate": learning_rate}, first_stream)
    trainer = Trainer(case, torch.float64)
    logs = []
    for index in range(steps):
        log, gradients = trainer.step(index)
        logs.append(log)
    result = {**case, "logs": logs, "pointerAfter": trainer.pointer, "tensors": digests(trainer.tensors())}
    if steps == 1:
        result["gradients"] = digests({f"momentum.{'.'.join((n.split('.', 1)[0] + '_q', n.split('.', 1)[1]))}": ours(g) for n, g in gradients.items()})
    print(case["architecture"], case["ifa"], "stream", case["stream"], logs[-1])
    return result


def main():
    torch.set_num_threads(1)
    small = {"architecture": "resnet18", "width": 4, "size": 64, "batch": 8, "groups": 2, "pointer": 8}
    states = [
        make({**small, "ifa": "released"}, 0, 1, 0.03),
        make({**small, "ifa": "abstract", "groups": 4, "pointer": 24}, 3_000_000, 1, 0.03),
        make({**small, "ifa": "none", "groups": 1}, 6_000_000, 1, 0.03),
        make({**small, "ifa": "released", "batch": 16, "groups": 4, "pointer": 16}, 9_000_000, 1, 0.03),
        make({**small, "ifa": "released", "architecture": "resnet34", "pointer": 0}, 12_000_000, 1, 0.03),
    ]
    run = make({**small, "ifa": "released"}, 20_000_000, 5, 0.001)
    target = Path(__file__).parents[2] / "packages/moco/golden/moco.json"
    target.parent.mkdir(exist_ok=True)
    constants = {"dimension": DIMENSION, "queueSize": QUEUE, "temperature": TEMPERATURE, "momentum": MOMENTUM, "torch": torch.__version__}
    target.write_text(json.dumps({**constants, "states": states, "run": run}, separators=(",", ":")) + "\n")
    print(target, target.stat().st_size, "bytes")


if __name__ == "__main__":
    main()

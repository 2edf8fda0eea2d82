"""Golden values of packages/heads' FineTuner from float64 PyTorch: python fine_tune.py > ../../packages/heads/golden/fine-tune.json

Two steps of SGD with a learning rate a stage on ResNet-18 with its first two stages frozen and in inference mode, binary cross-entropy over known labels.
A case holds the loss of both steps, and by how much every trained tensor moved: the L2 norm of the change and four of its elements.
"""
import json
import sys

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

import counter
from fill import fill_module
from resnet_model import GroupedBatchNorm2d, Resnet

WIDTH, SIZE, BATCH, FINDINGS, SAMPLES = 4, 32, 6, 3, 4
RATES = {"layer2": 0.25, "layer3": 0.5, "layer4": 1, "head": 2}
LEARNING_RATE, MOMENTUM, WEIGHT_DECAY = 0.02, 0.9, 0.01


def uniform(stream, *shape):
    return torch.from_numpy(counter.uniform(stream, int(np.prod(shape))).astype(np.float32).astype(np.float64).reshape(shape))


def case(batch_norm):
    model = fill_module(Resnet("resnet18", WIDTH).double(), 0, 1000)
    head = torch.nn.Linear(model.feature_size, FINDINGS).double()
    with torch.no_grad():
        head.weight.copy_(torch.from_numpy((counter.normal(3000, head.weight.numel()) / model.feature_size**0.5).astype(np.float32).astype(np.float64).reshape(head.weight.shape)))
        head.bias.copy_(uniform(3001, FINDINGS))
    stage_of = lambda name: "head" if name.startswith("head.") else name.split(".")[1]
    named = {**{f"encoder.{name}": parameter for name, parameter in model.named_parameters()}, **{f"head.{name}": parameter for name, parameter in head.named_parameters()}}
    trained = {name: parameter for name, parameter in named.items() if stage_of(name) in RATES}
    optimizer = torch.optim.SGD([{"params": [parameter], "lr": LEARNING_RATE * RATES[stage_of(name)]} for name, parameter in trained.items()], momentum=MOMENTUM, weight_decay=WEIGHT_DECAY)
    model.train(batch_norm == "running")
    for part in (model.conv1, model.bn1, model.layer1):
        part.eval()
    before = {name: parameter.detach().clone() for name, parameter in trained.items()}
    statistics = {name: buffer for name, buffer in model.named_buffers() if name.endswith(("running_mean", "running_var"))}
    statistics_before = {name: buffer.clone() for name, buffer in statistics.items()}
    losses = []
    for step in range(2):
        images = uniform(4000 + step, BATCH, SIZE, SIZE, 1).permute(0, 3, 1, 2).contiguous()
        labels = (uniform(4100 + step, BATCH, FINDINGS) < 0.4).double()
        known = (uniform(4200 + step, BATCH, FINDINGS) < 0.7).double()
        optimizer.zero_grad()
        cells = binary_cross_entropy_with_logits(head(model(images)[1]), labels, reduction="none")
        loss = (cells * known).sum() / known.sum()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if batch_norm == "running":  # GroupedBatchNorm2d leaves its running statistics to the caller
            with torch.no_grad():
                for name, module in model.named_modules():
                    if isinstance(module, GroupedBatchNorm2d) and module.training:
                        module.running_mean.mul_(0.9).add_(0.1 * module.batch_mean)
                        module.running_var.mul_(0.9).add_(0.1 * module.batch_variance)
    changes = {name: ours(parameter.detach() - before[name]) for name, parameter in trained.items()}
    changes |= {f"statistics.{name}": ours(buffer - statistics_before[name]) for name, buffer in statistics.items()}
    return {"batchNorm": batch_norm, "losses": losses, "changes": {name: summary(change) for name, change in changes.items()}}


def ours(tensor):
    return (tensor.permute(2, 3, 1, 0) if tensor.dim() == 4 else tensor).contiguous().reshape(-1)


def summary(values):
    at = [int((2 * i + 1) * len(values) / (2 * SAMPLES)) for i in range(SAMPLES)]
    return [float(f"{value:.6g}") for value in [values.norm().item(), *(values[i].item() for i in at)]]


json.dump(
    {
        "made": f"tools/golden/fine_tune.py, PyTorch {torch.__version__.split('+')[0]}, float64",
        "width": WIDTH, "size": SIZE, "batch": BATCH, "findings": FINDINGS, "rates": {"stem": 0, "layer1": 0, **RATES},
        "learningRate": LEARNING_RATE, "momentum": MOMENTUM, "weightDecay": WEIGHT_DECAY, "cases": [case("running"), case("frozen")],
    },
    sys.stdout,
    separators=(",", ":"),
)
print()

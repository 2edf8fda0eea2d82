"""Golden values of packages/resnet from float64 PyTorch: python resnet.py > ../../packages/resnet/golden/resnet.json

A case holds the loss, and of every tensor its L2 norm and four elements: stage maps, features, batch statistics, and the gradients of
loss = sum over the stages of mean(stage * u) + mean(features * u), u uniform from -1 to 1 of a stream of its own.
The images' stream is the one of sixteen on which PyTorch float32 stays nearest to float64, that is, on which no activation sits on its kink.
"""
import copy
import json
import sys

import numpy as np
import torch

import counter
from fill import fill_module
from resnet_model import Resnet

PARAMETERS, STATISTICS, WEIGHTS = 0, 1000, 2000
WIDTHS = {"resnet18": 8, "resnet50": 4}
SIZE, BATCH = 40, 4  # maps of 20, 10, 5, 3 and 2: odd ones too
SAMPLES = 4


def images_of(stream):
    values = counter.uniform(stream, BATCH * SIZE * SIZE).astype(np.float32).astype(np.float64)
    return torch.from_numpy(values.reshape(BATCH, SIZE, SIZE, 1)).permute(0, 3, 1, 2).contiguous()


def weighting(index, shape):
    values = 2 * counter.uniform(WEIGHTS + index, int(np.prod(shape))) - 1
    return torch.from_numpy(values.astype(np.float32).astype(np.float64).reshape(shape))


def run(model, images):
    """Loss, and name -> tensor in our layout for everything that is compared."""
    model.zero_grad()
    stages, features = model(images)
    tensors = {f"stage {name}": stage.permute(0, 2, 3, 1) for name, stage in stages.items()}
    tensors["features"] = features
    loss = sum((tensor * weighting(index, tensor.shape).to(tensor.dtype)).mean() for index, tensor in enumerate(tensors.values()))
    loss.backward()
    if model.training:
        tensors |= {f"statistic {name}": statistic for name, statistic in model.batch_statistics().items()}
    for name, parameter in model.named_parameters():
        tensors[f"gradient {name}"] = parameter.grad.permute(2, 3, 1, 0) if parameter.dim() == 4 else parameter.grad
    return loss.item(), {name: tensor.detach().double().contiguous().reshape(-1) for name, tensor in tensors.items()}


def drift(model, images):
    """How far PyTorch float32 is from float64, as the largest distance of a gradient relative to its norm."""
    _, wide = run(model, images)
    _, narrow = run(copy.deepcopy(model).float(), images.float())
    return max(((wide[name] - narrow[name]).norm() / wide[name].norm()).item() for name in wide)


def case(architecture, groups, training):
    model = fill_module(Resnet(architecture, WIDTHS[architecture], 1, groups).double(), PARAMETERS, STATISTICS).train(training)
    stream = min(range(3000, 3016), key=lambda stream: drift(model, images_of(stream)))
    loss, tensors = run(model, images_of(stream))
    short = lambda value: float(f"{value:.6g}")
    summary = {}
    for name, tensor in tensors.items():
        at = [int((2 * i + 1) * len(tensor) / (2 * SAMPLES)) for i in range(SAMPLES)]
        summary[name] = [short(tensor.norm().item()), *(short(tensor[i].item()) for i in at)]
    print(architecture, groups, training, "stream", stream, "drift", drift(model, images_of(stream)), file=sys.stderr)
    return {"architecture": architecture, "width": WIDTHS[architecture], "groups": groups, "training": training, "imageStream": stream, "loss": float(f"{loss:.9g}"), "tensors": summary}


if __name__ == "__main__":
    cases = [case(architecture, groups, training) for architecture in ("resnet18", "resnet50") for groups, training in ((1, True), (2, True), (1, False))]
    json.dump({"made": f"tools/golden/resnet.py, PyTorch {torch.__version__.split('+')[0]}, float64", "size": SIZE, "batch": BATCH, "cases": cases}, sys.stdout, separators=(",", ":"))
    print()

"""The numbers of packages/testing/src/fillParameters.ts for PyTorch tensors, the same to the last bit of float32."""
import math

import numpy as np

import counter


def fill(shapes, first_stream):
    """Values for parameters or statistics by name.

    shapes: name -> shape in PyTorch's layout (filters [O, I, H, W]). The names in code-point order take the streams
    first_stream, first_stream + 1, ...; a filter is filled in the row order of our layout [H, W, I, O] and transposed.
    Returns name -> float64 array in PyTorch's layout, every value one of float32.
    """
    return {name: _fill(name, tuple(shapes[name]), first_stream + index) for index, name in enumerate(sorted(shapes))}


def fill_module(module, first_stream, first_statistics_stream):
    """Fills a module in place: parameters from first_stream on, running_mean and running_var from first_statistics_stream on."""
    import torch

    named = dict(module.named_parameters())
    buffers = {name: buffer for name, buffer in module.named_buffers() if name.endswith(("running_mean", "running_var"))}
    with torch.no_grad():
        for tensors, stream in ((named, first_stream), (buffers, first_statistics_stream)):
            for name, values in fill({name: tensor.shape for name, tensor in tensors.items()}, stream).items():
                tensors[name].copy_(torch.from_numpy(values))
    return module


def _fill(name, shape, stream):
    size = math.prod(shape)
    if name.endswith("running_var"):
        return _float32(0.5 + counter.uniform(stream, size)).reshape(shape)
    if len(shape) == 4:
        outputs, inputs, height, width = shape
        ours = _float32(math.sqrt(2 / (height * width * inputs)) * counter.normal(stream, size))
        return ours.reshape(height, width, inputs, outputs).transpose(3, 2, 0, 1).copy()
    if len(shape) == 2:
        return _float32(math.sqrt(1 / shape[1]) * counter.normal(stream, size)).reshape(shape)
    return _float32((1.0 if name.endswith("weight") else 0.0) + 0.1 * counter.normal(stream, size)).reshape(shape)


def _float32(values):
    return values.astype(np.float32).astype(np.float64)

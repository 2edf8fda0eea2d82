"""Files as the Python libraries safetensors and numpy write them: packages/checkpoint/golden/files.json.

Run from the repository's root: python tools/golden/checkpoint.py
"""
import base64
import io
import json

import numpy
import safetensors
import safetensors.torch
import torch

torch.manual_seed(0)
tensors = {
    "layer1.0.conv1.weight": torch.arange(2 * 3 * 2 * 2, dtype=torch.float32).reshape(2, 3, 2, 2) / 8,
    "fc.weight": torch.tensor([[1.5, -2.0, 0.0], [float("inf"), 1e-8, -0.0]]),
    "double": torch.tensor([0.1, -1e300], dtype=torch.float64),
    "half": torch.tensor([1.0, -0.333251953125, 65504.0, 6e-8, float("inf")], dtype=torch.float16),
    "brain": torch.tensor([1.0, -0.333984375, 3.0e38, 1e-40], dtype=torch.bfloat16),
    "long": torch.tensor([-(2**53) - 1, 7]),
    "int": torch.tensor([[-5], [2147483647]], dtype=torch.int32),
    "byte": torch.tensor([0, 255, 3], dtype=torch.uint8),
    "flag": torch.tensor([True, False]),
    "scalar": torch.tensor(3.25),
    "empty": torch.zeros(0, 4),
}
arrays = {
    "f8": numpy.array([[0.1, -2.5]], dtype="<f8"),
    "f4": numpy.arange(6, dtype="<f4").reshape(2, 3) / 4,
    "u1": numpy.arange(12, dtype="u1").reshape(2, 3, 2),
    "u2": numpy.array([65535, 1], dtype="<u2"),
    "i4": numpy.array(-7, dtype="<i4"),
    "i8": numpy.array([2**60, -1], dtype="<i8"),
    "b1": numpy.array([True, False]),
}


def npy(array, version=None):
    file = io.BytesIO()
    numpy.lib.format.write_array(file, array, version=version, allow_pickle=True)
    return base64.b64encode(file.getvalue()).decode()


def values(array):
    return [int(x) if array.dtype.kind in "iub" else float(x) for x in array.ravel()]


def plain(value):
    """JSON knows no infinity and no integers beyond 2^53."""
    return [str(x) if isinstance(x, int) and abs(x) > 2**53 or x in (float("inf"), float("-inf")) else x for x in value]


golden = {
    "versions": {"numpy": numpy.__version__, "safetensors": safetensors.__version__, "torch": torch.__version__},
    "safetensors": {
        "file": base64.b64encode(safetensors.torch.save(tensors, {"format": "pt"})).decode(),
        "tensors": {name: {"shape": list(t.shape), "values": plain(values(t.double().numpy() if t.dtype in (torch.float16, torch.bfloat16) else t.numpy()))} for name, t in tensors.items()},
    },
    "npy": {name: {"file": npy(a), "shape": list(a.shape), "values": plain(values(a))} for name, a in arrays.items()},
    "npyVersion2": npy(arrays["f4"], (2, 0)),
    "npyVersion3": npy(arrays["f4"], (3, 0)),
    "npyFortran": npy(numpy.asfortranarray(arrays["f4"])),
    "npyBigEndian": npy(arrays["f4"].astype(">f4")),
    "npyObject": npy(numpy.array([{}], dtype=object)),
}
with open("packages/checkpoint/golden/files.json", "w") as file:
    json.dump(golden, file, indent=1)
    file.write("\n")

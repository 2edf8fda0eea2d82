"""PyTorch, in float32, TF32 and mixed precision, on what the bench of GPUs measures: jobs as JSON on the standard input, results as one line of JSON.

usage: python torch_peer.py cuda|cpu < jobs.json
"""
import json
import math
import statistics
import sys
import time

try:
    import torch
    import torch.nn.functional as F
    from torch import nn
except ImportError as error:
    print(json.dumps({"problem": f"PyTorch was not measured as Python does not load it ({error})"}))
    sys.exit()

BLOCKS = {"resnet18": (False, (2, 2, 2, 2)), "resnet50": (True, (3, 4, 6, 3))}
QUEUE, DIMENSION, TEMPERATURE, MOMENTUM = 4096, 128, 0.2, 0.999
PRECISIONS = ("fp32", "tf32", "amp")

device = sys.argv[1]
SCALER = torch.amp.GradScaler if hasattr(torch.amp, "GradScaler") else torch.cuda.amp.GradScaler  # before 2.3


def synchronize():
    if device == "cuda":
        torch.cuda.synchronize()


class Block(nn.Module):
    def __init__(self, bottleneck, inputs, width, stride):
        super().__init__()
        self.channels = width * (4 if bottleneck else 1)
        sizes = [(1, 1, inputs, width), (3, stride, width, width), (1, 1, width, self.channels)] if bottleneck else [(3, stride, inputs, width), (3, 1, width, width)]
        layers = []
        for size, step, i, o in sizes:
            layers += [nn.Conv2d(i, o, size, step, size // 2, bias=False), nn.BatchNorm2d(o), nn.ReLU()]
        self.path = nn.Sequential(*layers[:-1])
        self.skip = nn.Identity()
        if stride != 1 or inputs != self.channels:
            self.skip = nn.Sequential(nn.Conv2d(inputs, self.channels, 1, stride, bias=False), nn.BatchNorm2d(self.channels))

    def forward(self, x):
        return F.relu(self.path(x) + self.skip(x))


class Branch(nn.Module):
    """Encoder and projection head; returns the key or query and the two maps that IFA compares."""

    def __init__(self, architecture, width):
        super().__init__()
        bottleneck, blocks = BLOCKS[architecture]
        self.stem = nn.Sequential(nn.Conv2d(1, width, 7, 2, 3, bias=False), nn.BatchNorm2d(width), nn.ReLU(), nn.MaxPool2d(3, 2, 1))
        inputs, stages = width, []
        for stage, count in enumerate(blocks):
            made = []
            for index in range(count):
                made.append(Block(bottleneck, inputs, width << stage, 2 if stage > 0 and index == 0 else 1))
                inputs = made[-1].channels
            stages.append(nn.Sequential(*made))
        self.stages = nn.ModuleList(stages)
        self.head = nn.Sequential(nn.Linear(inputs, inputs), nn.ReLU(), nn.Linear(inputs, DIMENSION))

    def forward(self, x):
        x = self.stem(x)
        maps = []
        for stage in self.stages:
            x = stage(x)
            maps.append(x)
        return F.normalize(self.head(x.mean((2, 3))), dim=1), maps[0], maps[3]


def rate(compute, operations, seconds):
    """GFLOP/s: so many calls in a row that they take `seconds`; the best of three."""

    def run(calls):
        start = time.perf_counter()
        for _ in range(calls):
            compute()
        synchronize()
        return time.perf_counter() - start

    run(3)
    calls = 1
    while (taken := run(calls)) < seconds:
        calls = math.ceil(calls * min(10, 1.2 * seconds / taken))
    return calls * operations / min(run(calls) for _ in range(3)) / 1e9


def matmul(size, seconds, dtype):
    a, b = (torch.rand(size, size, device=device, dtype=dtype) for _ in range(2))
    return rate(lambda: a @ b, 2 * size**3, seconds)


def convolution(job, seconds, dtype):
    n, h, w, c = job["x"]
    kh, kw, out = job["filter"]
    stride = job["stride"]
    padding = kh // 2 if stride == 1 else 0
    layout = torch.channels_last if dtype != torch.float32 else torch.contiguous_format
    x = torch.rand(n, c, h, w, device=device, dtype=dtype).to(memory_format=layout)
    weight = torch.rand(out, c, kh, kw, device=device, dtype=dtype).to(memory_format=layout)
    y = F.conv2d(x, weight, stride=stride, padding=padding)
    dy = torch.rand_like(y)

    def gradient(mask):
        return torch.ops.aten.convolution_backward(dy, x, weight, None, [stride] * 2, [padding] * 2, [1, 1], False, [0, 0], 1, mask)

    measured = {
        "forward": lambda: F.conv2d(x, weight, stride=stride, padding=padding),
        "inputGradient": lambda: gradient([True, False, False]),
        "filterGradient": lambda: gradient([False, True, False]),
    }
    operations = 2 * y.numel() * kh * kw * c
    return {name: rate(compute, operations, seconds) for name, compute in measured.items()}


def training(job, steps, amp):
    query, key = (Branch(job["architecture"], job["width"]).to(device).train() for _ in range(2))
    layout = torch.channels_last if amp else torch.contiguous_format
    query, key = query.to(memory_format=layout), key.to(memory_format=layout)
    key.load_state_dict(query.state_dict())
    key.requires_grad_(False)
    optimizer = torch.optim.SGD(query.parameters(), 0.001, momentum=0.9, weight_decay=1e-4)
    scaler = SCALER(enabled=amp and device == "cuda")
    queue = F.normalize(torch.randn(QUEUE, DIMENSION, device=device), dim=1)
    batch, size = job["batch"], job["imageSize"]
    views = [torch.randn(batch, 1, size, size, device=device).to(memory_format=layout) for _ in range(2)]
    labels = torch.zeros(batch, dtype=torch.long, device=device)
    pointer, times, loss = 0, [], math.nan
    if device == "cuda":
        torch.cuda.reset_peak_memory_stats()
    for step in range(-2, steps):
        start = time.perf_counter()
        with torch.autocast(device, dtype=torch.float16 if device == "cuda" else torch.bfloat16, enabled=amp):
            with torch.no_grad():
                torch._foreach_mul_(list(key.parameters()), MOMENTUM)
                torch._foreach_add_(list(key.parameters()), list(query.parameters()), alpha=1 - MOMENTUM)
                k, *key_maps = key(views[1])
            q, *query_maps = query(views[0])
        q, k = q.float(), k.float()
        logits = torch.cat([(q * k).sum(1, keepdim=True), q @ queue.T], 1) / TEMPERATURE
        total = F.cross_entropy(logits, labels)
        for target, a, b in zip((0.3, 1.0), query_maps, key_maps):
            total = total + (target - F.cosine_similarity(a.float(), b.float(), dim=1)).abs().mean()
        optimizer.zero_grad(set_to_none=True)
        scaler.scale(total).backward()
        scaler.step(optimizer)
        scaler.update()
        queue[pointer : pointer + batch] = k
        pointer = (pointer + batch) % QUEUE
        loss = total.item()  # waits, as our step does
        if step >= 0:
            times.append(time.perf_counter() - start)
    seconds = statistics.median(times)
    peak = torch.cuda.max_memory_allocated() if device == "cuda" else None
    return {"imagesPerSecond": batch / seconds, "milliseconds": 1000 * seconds, "bytes": peak, "loss": loss}


def attempt(measure, *arguments):
    try:
        return {"result": measure(*arguments)}
    except RuntimeError as error:
        return {"problem": str(error).split("\n")[0]}
    finally:
        if device == "cuda":
            torch.cuda.empty_cache()


def main():
    if device == "cuda" and not torch.cuda.is_available():
        return {"problem": f"PyTorch {torch.__version__} was not measured as it sees no GPU"}
    jobs = json.load(sys.stdin)
    found = {}
    for precision in PRECISIONS:
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = precision == "tf32"
        torch.backends.cudnn.benchmark = True
        dtype = torch.float32 if precision != "amp" else (torch.float16 if device == "cuda" else torch.bfloat16)
        seconds = jobs["seconds"]
        found[precision] = {
            "matMul": [attempt(matmul, size, seconds, dtype) for size in jobs["matMul"]],
            "convolutions": [attempt(convolution, job, seconds, dtype) for job in jobs["convolutions"]],
            "training": [attempt(training, job, jobs["steps"], precision == "amp") for job in jobs["training"]],
        }
    name = torch.cuda.get_device_name() if device == "cuda" else "the processor"
    return {"version": torch.__version__, "device": name, "precisions": found}


print(json.dumps(main()))

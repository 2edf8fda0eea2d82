"""A ResNet of any width in PyTorch with torchvision's names and without its classifier, batch-norm by groups, every stage returned.

`python resnet_model.py` checks it against torchvision at width 64.
"""
import torch
import torch.nn.functional as F
from torch import nn

ARCHITECTURES = {
    "resnet18": (False, (2, 2, 2, 2)),
    "resnet34": (False, (3, 4, 6, 3)),
    "resnet50": (True, (3, 4, 6, 3)),
    "resnet101": (True, (3, 4, 23, 3)),
}


class GroupedBatchNorm2d(nn.BatchNorm2d):
    """Batch-norm of `groups` equal runs of images by themselves; keeps the batch's statistics (PyTorch's own, mean over the groups)."""

    groups = 1

    def forward(self, x):
        if not self.training:
            return F.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, False, 0, self.eps)
        parts, means, variances = [], [], []
        for part in x.chunk(self.groups):
            mean, variance = torch.zeros_like(self.running_mean), torch.ones_like(self.running_var)
            parts.append(F.batch_norm(part, mean, variance, self.weight, self.bias, True, 1.0, self.eps))
            means.append(mean)
            variances.append(variance)
        self.batch_mean, self.batch_variance = torch.stack(means).mean(0), torch.stack(variances).mean(0)
        return torch.cat(parts)


class Block(nn.Module):
    def __init__(self, bottleneck, inputs, width, stride):
        super().__init__()
        outputs = width * (4 if bottleneck else 1)
        if bottleneck:
            sizes = [(1, 1, inputs, width), (3, stride, width, width), (1, 1, width, outputs)]
        else:
            sizes = [(3, stride, inputs, width), (3, 1, width, outputs)]
        self.count = len(sizes)
        for index, (size, step, i, o) in enumerate(sizes, 1):
            setattr(self, f"conv{index}", nn.Conv2d(i, o, size, step, size // 2, bias=False))
            setattr(self, f"bn{index}", GroupedBatchNorm2d(o))
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), GroupedBatchNorm2d(outputs))

    def forward(self, x):
        y = x
        for index in range(1, self.count + 1):
            y = getattr(self, f"bn{index}")(getattr(self, f"conv{index}")(y))
            if index < self.count:
                y = F.relu(y)
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class Resnet(nn.Module):
    def __init__(self, architecture, width=64, input_channels=1, groups=1):
        super().__init__()
        bottleneck, blocks = ARCHITECTURES[architecture]
        self.conv1 = nn.Conv2d(input_channels, width, 7, 2, 3, bias=False)
        self.bn1 = GroupedBatchNorm2d(width)
        inputs = width
        for layer, count in enumerate(blocks, 1):
            layer_width, made = width * 2 ** (layer - 1), []
            for index in range(count):
                made.append(Block(bottleneck, inputs, layer_width, 2 if layer > 1 and index == 0 else 1))
                inputs = layer_width * (4 if bottleneck else 1)
            setattr(self, f"layer{layer}", nn.Sequential(*made))
        self.feature_size = inputs
        for module in self.modules():
            if isinstance(module, GroupedBatchNorm2d):
                module.groups = groups

    def forward(self, x):
        """Returns the stages by name, [N, C, H, W] each, and the features [N, C]."""
        stages = {"stem": F.relu(self.bn1(self.conv1(x)))}
        x = F.max_pool2d(stages["stem"], 3, 2, 1)
        for name in ("layer1", "layer2", "layer3", "layer4"):
            x = stages[name] = getattr(self, name)(x)
        return stages, x.mean((2, 3))

    def batch_statistics(self):
        found = {}
        for name, module in self.named_modules():
            if isinstance(module, GroupedBatchNorm2d):
                found[f"{name}.running_mean"], found[f"{name}.running_var"] = module.batch_mean, module.batch_variance
        return found


def check_against_torchvision():
    import torchvision

    for architecture in ARCHITECTURES:
        theirs = getattr(torchvision.models, architecture)(weights=None).double()
        theirs.fc = nn.Identity()
        ours = Resnet(architecture, 64, 3).double()
        assert [name for name, _ in ours.named_parameters()] == [name for name, _ in theirs.named_parameters()], architecture
        ours.load_state_dict(theirs.state_dict(), strict=True)
        images = torch.rand(2, 3, 64, 64, dtype=torch.float64)
        for training in (False, True):  # in this order: training moves torchvision's running statistics
            difference = (ours.train(training)(images)[1] - theirs.train(training)(images)).abs().max().item()
            assert difference < 1e-10, (architecture, training, difference)
        print(f"{architecture}: names and features equal torchvision's")


if __name__ == "__main__":
    check_against_torchvision()

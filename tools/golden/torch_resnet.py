"""torchvision's ResNet with any width, one input channel and batch-norm in groups: the reference of `resnet` and `moco`."""
import torch
from torch import nn
from torch.nn import functional as F
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet

BLOCKS = {"resnet18": (BasicBlock, (2, 2, 2, 2)), "resnet34": (BasicBlock, (3, 4, 6, 3)), "resnet50": (Bottleneck, (3, 4, 6, 3))}


class GroupedBatchNorm(nn.BatchNorm2d):
    """Batch-norm of `groups` equal runs of images; running statistics move by the mean over the groups."""

    groups = 1

    def forward(self, x):
        if not self.training:
            return super().forward(x)
        parts = x.chunk(self.groups)
        with torch.no_grad():
            mean = torch.stack([part.mean((0, 2, 3)) for part in parts]).mean(0)
            variance = torch.stack([part.var((0, 2, 3), unbiased=True) for part in parts]).mean(0)
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(variance, self.momentum)
        return torch.cat([F.batch_norm(part, None, None, self.weight, self.bias, True, 0, self.eps) for part in parts])


class TorchResnet(ResNet):
    def __init__(self, architecture, width, groups=1):
        nn.Module.__init__(self)
        block, layers = BLOCKS[architecture]
        self._norm_layer, self.inplanes, self.dilation, self.groups, self.base_width = GroupedBatchNorm, width, 1, 1, 64
        self.conv1 = nn.Conv2d(1, width, 7, 2, 3, bias=False)
        self.bn1 = GroupedBatchNorm(width)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = self._make_layer(block, width, layers[0])
        self.layer2 = self._make_layer(block, 2 * width, layers[1], stride=2)
        self.layer3 = self._make_layer(block, 4 * width, layers[2], stride=2)
        self.layer4 = self._make_layer(block, 8 * width, layers[3], stride=2)
        self.feature_size = 8 * width * block.expansion
        for module in self.modules():
            if isinstance(module, GroupedBatchNorm):
                module.groups = groups

    def forward(self, x):
        """Returns the maps by stage, and the features."""
        stages = {"stem": self.relu(self.bn1(self.conv1(x)))}
        x = self.maxpool(stages["stem"])
        for name in ("layer1", "layer2", "layer3", "layer4"):
            stages[name] = x = getattr(self, name)(x)
        return stages, x.mean((2, 3))

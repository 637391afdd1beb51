"""Networks that torchvision does not have, under the names of their published weights.

Xception: F. Chollet, CVPR 2017, figure 5. POSE: T. Yang et al., CVPR 2023.
"""
import numpy
import torch
from torch import nn


class Separable(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, inputs, 3, padding=1, groups=inputs, bias=False)
        self.pointwise = nn.Conv2d(inputs, outputs, 1, bias=False)

    def forward(self, x):
        return self.pointwise(self.conv1(x))


class XceptionBlock(nn.Module):
    def __init__(self, inputs, channels, stride, relu_first):
        super().__init__()
        parts = []
        for i, outputs in enumerate(channels):
            if i > 0 or relu_first:
                parts.append(nn.ReLU())
            parts += [Separable(channels[i - 1] if i else inputs, outputs), nn.BatchNorm2d(outputs)]
        if stride > 1:
            parts.append(nn.MaxPool2d(3, stride, 1))
            self.skip = nn.Conv2d(inputs, channels[-1], 1, stride, bias=False)
            self.skipbn = nn.BatchNorm2d(channels[-1])
        self.rep = nn.Sequential(*parts)

    def forward(self, x):
        return self.rep(x) + (self.skipbn(self.skip(x)) if hasattr(self, "skip") else x)


class Xception(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 32, 3, 2, bias=False), nn.BatchNorm2d(32)
        self.conv2, self.bn2 = nn.Conv2d(32, 64, 3, bias=False), nn.BatchNorm2d(64)
        inputs = 64
        rows = [([128, 128], 2, False), ([256, 256], 2, True), ([728, 728], 2, True)]
        rows += [([728] * 3, 1, True)] * 8 + [([728, 1024], 2, True)]
        for i, row in enumerate(rows):
            setattr(self, f"block{i + 1}", XceptionBlock(inputs, *row))
            inputs = row[0][-1]
        self.conv3, self.bn3 = Separable(1024, 1536), nn.BatchNorm2d(1536)
        self.conv4, self.bn4 = Separable(1536, 2048), nn.BatchNorm2d(2048)
        self.fc = nn.Linear(2048, classes)

    def forward(self, x):
        x = self.bn1(self.conv1(x)).relu()
        x = self.bn2(self.conv2(x)).relu()
        for i in range(1, 13):
            x = getattr(self, f"block{i}")(x)
        x = self.bn3(self.conv3(x)).relu()
        x = self.bn4(self.conv4(x)).relu()
        return self.fc(x.mean((2, 3)))


class PoseUnit(nn.Module):
    def __init__(self, inputs, outputs, size, stride):
        super().__init__()
        convolution = nn.Conv2d(inputs, outputs, size, stride, 1)
        self.main = nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2))

    def forward(self, x):
        return self.main(x)


class Pose(nn.Module):
    def __init__(self, classes, image):
        super().__init__()
        units, inputs = [], 3
        for outputs in (64, 128, 256, 512):
            units += [PoseUnit(inputs, outputs, 4, 2), PoseUnit(outputs, outputs, 3, 1)]
            inputs = outputs
        self.main = nn.Sequential(*units)
        self.fc = nn.Linear(512 * (image // 16) ** 2, 512)
        self.classification_head = nn.Sequential(nn.Dropout(0.2), nn.Linear(512, classes))

    def forward(self, x):
        return self.classification_head(self.fc(self.main(cosine_transform(x)).flatten(1)))


def cosine_transform(x):
    """2-D DCT-II over the last two axes without normalization."""
    height, width = (
        torch.tensor(2 * numpy.cos(numpy.pi * numpy.outer(numpy.arange(n), 2 * numpy.arange(n) + 1) / (2 * n)), dtype=x.dtype)
        for n in x.shape[-2:]
    )
    return height @ x @ width.T

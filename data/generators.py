"""The demo's generator architectures and their discriminator (PyTorch 1.13).

Every generator maps z (N x 32), and for the style-modulated one a second input `noise`, to images
N x 3 x 64 x 64 in about [-1, 1], has at most about 140,000 parameters, and is named for how it upsamples.
"""

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

LATENT = 32


class Start(nn.Module):
    """A dense layer from z to channels x 4 x 4."""

    def __init__(self, channels):
        super().__init__()
        self.channels = channels
        self.dense = nn.Linear(LATENT, channels * 16, bias=False)

    def forward(self, z):
        return self.dense(z).view(-1, self.channels, 4, 4)


class PixelNorm(nn.Module):
    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(1, keepdim=True) + 1e-4)


def upsample(mode):
    if mode == "nearest":
        return nn.Upsample(scale_factor=2, mode="nearest")
    return nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False)


def norm_relu(channels):
    return [nn.BatchNorm2d(channels), nn.ReLU()]


def transposed4():
    """DCGAN: four transposed convolutions 4 x 4, batch norm, ReLU."""
    layers = [Start(64), *norm_relu(64)]
    for before, after in [(64, 48), (48, 32), (32, 24)]:
        layers += [nn.ConvTranspose2d(before, after, 4, 2, 1, bias=False), *norm_relu(after)]
    return nn.Sequential(*layers, nn.ConvTranspose2d(24, 3, 4, 2, 1), nn.Tanh())


def transposed5():
    """As in LSGAN: transposed convolutions 5 x 5 and a last convolution at full size."""
    layers = [Start(64), *norm_relu(64)]
    for before, after in [(64, 36), (36, 28), (28, 20), (20, 16)]:
        layers += [nn.ConvTranspose2d(before, after, 5, 2, 2, 1, bias=False), *norm_relu(after)]
    return nn.Sequential(*layers, nn.Conv2d(16, 3, 5, 1, 2), nn.Tanh())


def transposed2():
    """Transposed convolutions 2 x 2 (no overlap), each followed by a convolution 3 x 3."""
    layers = [Start(64), *norm_relu(64)]
    for before, after in [(64, 64), (64, 48), (48, 32), (32, 16)]:
        layers += [nn.ConvTranspose2d(before, after, 2, 2), nn.LeakyReLU(0.2)]
        layers += [nn.Conv2d(after, after, 3, 1, 1, bias=False), *norm_relu(after)]
    return nn.Sequential(*layers, nn.Conv2d(16, 3, 1), nn.Tanh())


def transposed4_plain():
    """As in WGAN-GP for small images: transposed convolutions 4 x 4 without a norm, then a 3 x 3 one."""
    layers = [Start(64), nn.LeakyReLU(0.2)]
    for before, after in [(64, 48), (48, 32), (32, 32), (32, 16)]:
        layers += [nn.ConvTranspose2d(before, after, 4, 2, 1), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Conv2d(16, 3, 3, 1, 1), nn.Tanh())


def nearest_pixelnorm():
    """Nearest-neighbor resize and convolution with pixel norm, as in progressive growing."""
    layers = [PixelNorm(), Start(64), nn.LeakyReLU(0.2), PixelNorm()]
    for before, after in [(64, 64), (64, 48), (48, 32), (32, 16)]:
        layers += [upsample("nearest"), nn.Conv2d(before, after, 3, 1, 1), nn.LeakyReLU(0.2), PixelNorm()]
    return nn.Sequential(*layers, nn.Conv2d(16, 3, 1))


def bilinear():
    """Bilinear resize and convolution, batch norm."""
    layers = [Start(64), *norm_relu(64)]
    for before, after in [(64, 64), (64, 48), (48, 32), (32, 16)]:
        layers += [upsample("bilinear"), nn.Conv2d(before, after, 3, 1, 1, bias=False), *norm_relu(after)]
    return nn.Sequential(*layers, nn.Conv2d(16, 3, 3, 1, 1), nn.Tanh())


def pixel_shuffle():
    """Convolution to four times the channels and pixel shuffle; the last one makes the image."""
    layers = [Start(48), *norm_relu(48)]
    for before, after in [(48, 32), (32, 16), (16, 16)]:
        layers += [nn.Conv2d(before, 4 * after, 3, 1, 1, bias=False), nn.PixelShuffle(2), *norm_relu(after)]
    return nn.Sequential(*layers, nn.Conv2d(16, 12, 3, 1, 1), nn.PixelShuffle(2), nn.Tanh())


class ResidualUp(nn.Module):
    """Batch norm, ReLU, nearest upsampling, 3 x 3, batch norm, ReLU, 3 x 3; upsampled 1 x 1 beside it."""

    def __init__(self, before, after):
        super().__init__()
        self.first = nn.Sequential(*norm_relu(before), upsample("nearest"), nn.Conv2d(before, after, 3, 1, 1))
        self.second = nn.Sequential(*norm_relu(after), nn.Conv2d(after, after, 3, 1, 1))
        self.beside = nn.Sequential(nn.Conv2d(before, after, 1), upsample("nearest"))

    def forward(self, x):
        return self.second(self.first(x)) + self.beside(x)


def resnet():
    blocks = [ResidualUp(*pair) for pair in [(48, 48), (48, 32), (32, 32), (32, 16)]]
    return nn.Sequential(Start(48), *blocks, *norm_relu(16), nn.Conv2d(16, 3, 3, 1, 1), nn.Tanh())


class SkipSum(nn.Module):
    """An image at each size, upsampled bilinearly and summed (skip generator); nearest features."""

    def __init__(self):
        super().__init__()
        widths = [64, 64, 48, 32, 16]
        self.start = nn.Sequential(Start(64), *norm_relu(64))
        self.convolve = nn.ModuleList(
            nn.Sequential(upsample("nearest"), nn.Conv2d(a, b, 3, 1, 1, bias=False), *norm_relu(b))
            for a, b in zip(widths, widths[1:])
        )
        self.to_image = nn.ModuleList(nn.Conv2d(width, 3, 3, 1, 1) for width in widths)
        self.enlarge = upsample("bilinear")

    def forward(self, z):
        x = self.start(z)
        image = self.to_image[0](x)
        for convolve, to_image in zip(self.convolve, self.to_image[1:]):
            x = convolve(x)
            image = self.enlarge(image) + to_image(x)
        return torch.tanh(image)


class StyleLayer(nn.Module):
    """Modulated and demodulated 3 x 3 convolution with scaled noise.

    Scaling the input by the style, convolving, and scaling the output by the norm of the modulated
    weights equals convolving with modulated weights, and is an ordinary convolution in ONNX.
    """

    def __init__(self, before, after):
        super().__init__()
        self.style = nn.Linear(LATENT, before)
        nn.init.normal_(self.style.weight, 0, 0.2)
        nn.init.ones_(self.style.bias)
        self.weight = nn.Parameter(torch.randn(after, before, 3, 3) / (before * 9) ** 0.5)
        self.bias = nn.Parameter(torch.zeros(after, 1, 1))
        self.strength = nn.Parameter(torch.full((after, 1, 1), 0.05))

    def forward(self, x, w, noise):
        style = self.style(w)
        y = F.conv2d(x * style[:, :, None, None], self.weight, None, 1, 1)
        norm = torch.matmul(style.pow(2), self.weight.pow(2).sum((2, 3)).t())
        y = y * torch.rsqrt(norm + 1e-6)[:, :, None, None]
        return F.leaky_relu(y + self.strength * noise + self.bias, 0.2) * 1.4


class Style(nn.Module):
    """Mapping network, learned constant, modulated convolutions with noise, blurred upsampling.

    Nearest upsampling and the filter 1 2 1 equal zero insertion and the filter 1 3 3 1.
    """

    SIZES = [4, 8, 16, 32, 64]
    NOISE = sum(size * size for size in SIZES)

    def __init__(self):
        super().__init__()
        mapping = []
        for _ in range(3):
            mapping += [nn.Linear(LATENT, LATENT), nn.LeakyReLU(0.2)]
        self.mapping = nn.Sequential(PixelNorm(), *mapping)
        for layer in mapping[::2]:
            nn.init.kaiming_normal_(layer.weight, 0.2)
        self.constant = nn.Parameter(torch.randn(1, 64, 4, 4))
        widths = [64, 64, 48, 32, 32, 16]
        self.layers = nn.ModuleList(StyleLayer(a, b) for a, b in zip(widths, widths[1:]))
        self.to_image = nn.Conv2d(16, 3, 1)
        kernel = torch.tensor([1.0, 2.0, 1.0]) / 4
        for width in set(widths):
            self.register_buffer(f"blur{width}", (kernel[:, None] * kernel).repeat(width, 1, 1, 1))

    def blur(self, x):
        channels = int(x.shape[1])
        return F.conv2d(x, getattr(self, f"blur{channels}"), None, 1, 1, groups=channels)

    def forward(self, z, noise):
        w = self.mapping(z)
        x = self.constant * torch.ones_like(z[:, :1, None, None])
        start = 0
        for size, layer in zip(self.SIZES, self.layers):
            if size > 4:
                x = self.blur(F.interpolate(x, scale_factor=2, mode="nearest"))
            plane = noise[:, start : start + size * size].reshape(-1, 1, size, size)
            x = layer(x, w, plane)
            start += size * size
        return self.to_image(x)


GENERATORS = {
    "transposed4": transposed4,
    "transposed5": transposed5,
    "transposed2": transposed2,
    "transposed4-plain": transposed4_plain,
    "nearest-pixelnorm": nearest_pixelnorm,
    "bilinear": bilinear,
    "pixel-shuffle": pixel_shuffle,
    "resnet": resnet,
    "skip-sum": SkipSum,
    "style-noise": Style,
}


class Normalized(nn.Module):
    """A layer of spectral norm 1 times a gain; without a gain the scores of six layers stay near zero."""

    def __init__(self, layer, gain=1.6):
        super().__init__()
        self.layer, self.gain = spectral_norm(layer), gain

    def forward(self, x):
        return self.gain * self.layer(x)


class Discriminator(nn.Module):
    """Four strided convolutions 4 x 4, a channel of batch deviation, a 3 x 3 convolution, a dense layer."""

    def __init__(self, base, norm):
        super().__init__()
        wrap = Normalized if norm == "spectral" else (lambda layer: layer)
        layers = []
        for before, after in [(3, base), (base, 2 * base), (2 * base, 3 * base), (3 * base, 4 * base)]:
            layers += [wrap(nn.Conv2d(before, after, 4, 2, 1)), nn.LeakyReLU(0.2)]
        self.features = nn.Sequential(*layers)
        self.last = wrap(nn.Conv2d(4 * base + 1, 4 * base, 3, 1, 1))
        self.score = wrap(nn.Linear(4 * base * 16, 1))

    def forward(self, image):
        x = self.features(image)
        groups = x.view(4, -1, *x.shape[1:])
        deviation = (groups.var(0, unbiased=False) + 1e-8).sqrt().mean((1, 2, 3))
        plane = deviation.repeat(4).view(-1, 1, 1, 1).expand(-1, 1, *x.shape[2:])
        x = F.leaky_relu(self.last(torch.cat([x, plane], 1)), 0.2)
        return self.score(x.flatten(1)).squeeze(1)

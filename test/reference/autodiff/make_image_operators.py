"""Writes image-operators.json: operators on images and their gradients in PyTorch.

Each case holds the operator, its options, the inputs, the result, and the gradient of sum(weights * result) with respect to
each input, with the weights given.

    OMP_NUM_THREADS=1 python3 make_image_operators.py
"""
import json
import pathlib

import numpy
import torch
from torch.nn import functional

GENERATOR = numpy.random.default_rng(5)


def case(name, operator, shapes, compute, **options):
    inputs = [GENERATOR.standard_normal(shape).astype("float32") for shape in shapes]
    values = [torch.tensor(value, requires_grad=True) for value in inputs]
    result = compute(*values)
    weights = GENERATOR.standard_normal(result.shape).astype("float32")
    (result * torch.tensor(weights)).sum().backward()
    return {
        "name": name,
        "operator": operator,
        "options": options,
        "inputs": [tensor(value) for value in inputs],
        "weights": flat(weights),
        "result": tensor(result.detach().numpy()),
        "gradients": [flat(value.grad.numpy()) for value in values],
    }


def tensor(value):
    return {"shape": list(value.shape), "data": flat(value)}


def flat(value):
    return [round(float(x), 7) for x in numpy.asarray(value).ravel()]


def convolution(name, shapes, stride=1, padding=0, dilation=1, groups=1):
    axes = len(shapes[0]) - 2
    apply = [functional.conv1d, functional.conv2d][axes - 1]
    options = {"strides": [stride] * axes, "padding": [[padding] * 2] * axes, "dilations": [dilation] * axes, "groups": groups}
    return case(name, "convolution", shapes, lambda *v: apply(*v, stride=stride, padding=padding, dilation=dilation, groups=groups), **options)


def transposed(name, shapes, stride=1, padding=0, dilation=1, groups=1, extra=0):
    options = {"strides": [stride] * 2, "padding": [[padding] * 2] * 2, "dilations": [dilation] * 2, "groups": groups, "extra": [extra] * 2}
    return case(
        name, "transposedConvolution", shapes,
        lambda *v: functional.conv_transpose2d(*v, stride=stride, padding=padding, dilation=dilation, groups=groups, output_padding=extra), **options)


def pooling(name, operator, shape, kernel, stride, padding):
    apply = {"maxPool": functional.max_pool2d, "averagePool": functional.avg_pool2d}[operator]
    options = {"kernel": [kernel] * 2, "strides": [stride] * 2, "padding": [[padding] * 2] * 2}
    return case(name, operator, [shape], lambda x: apply(x, kernel, stride, padding), **options)


def batch_norm(x, scale, shift):
    return functional.batch_norm(x, None, None, scale, shift, training=True)


CASES = [
    convolution("3 x 3 with padding", [(2, 3, 7, 6), (4, 3, 3, 3), (4,)], padding=1),
    convolution("stride that leaves elements unseen", [(2, 2, 8, 7), (3, 2, 3, 3), (3,)], stride=2),
    convolution("stride, padding and dilation", [(1, 2, 12, 11), (2, 2, 3, 3), (2,)], stride=3, padding=2, dilation=2),
    convolution("1 x 1", [(2, 3, 4, 5), (6, 3, 1, 1), (6,)]),
    convolution("1 x 1 with stride", [(2, 3, 5, 5), (4, 3, 1, 1), (4,)], stride=2),
    convolution("groups", [(2, 4, 6, 6), (6, 2, 3, 3), (6,)], padding=1, groups=2),
    convolution("depthwise with stride", [(2, 4, 9, 8), (4, 1, 3, 3), (4,)], stride=2, padding=1, groups=4),
    convolution("one axis", [(2, 3, 11), (4, 3, 4), (4,)], stride=2, padding=1),
    transposed("plain", [(2, 3, 4, 5), (3, 4, 3, 3), (4,)]),
    transposed("stride and extra", [(2, 3, 4, 4), (3, 2, 4, 4), (2,)], stride=3, padding=1, extra=1),
    transposed("groups and dilation", [(2, 4, 5, 5), (4, 3, 2, 2), (6,)], stride=2, dilation=2, groups=2),
    pooling("largest, overlapping", "maxPool", (2, 3, 8, 7), 3, 2, 1),
    pooling("largest, apart", "maxPool", (1, 2, 6, 6), 2, 2, 0),
    pooling("mean, overlapping", "averagePool", (2, 3, 8, 7), 3, 2, 1),
    pooling("mean, apart", "averagePool", (1, 2, 7, 7), 2, 2, 0),
    case("statistics of the batch", "batchNorm", [(4, 3, 5, 2), (3,), (3,)], batch_norm),
    case("larger", "resize", [(1, 2, 3, 4)], lambda x: functional.interpolate(x, (7, 6), mode="bilinear"), size=[7, 6], interpolation="bilinear"),
    case("smaller", "resize", [(1, 2, 8, 9)], lambda x: functional.interpolate(x, (3, 5), mode="bilinear"), size=[3, 5], interpolation="bilinear"),
    case("nearest", "resize", [(2, 1, 3, 5)], lambda x: functional.interpolate(x, (7, 4), mode="nearest"), size=[7, 4], interpolation="nearest"),
    case("of a matrix", "sigmoid", [(3, 4)], torch.sigmoid),
    case("of a matrix", "tanh", [(3, 4)], torch.tanh),
    case("of a matrix", "leakyRelu", [(3, 4)], lambda x: functional.leaky_relu(x, 0.2), slope=0.2),
    case("of a matrix", "clip", [(4, 4)], lambda x: torch.clamp(x, -0.5, 0.8), low=-0.5, high=0.8),
]
path = pathlib.Path(__file__).with_name("image-operators.json")
path.write_text(json.dumps(CASES) + "\n")

"""Writes *.onnx and cases.json: small random networks exported from PyTorch, with outputs and gradients.

Each case holds the inputs, the output, and the gradient of sum(weights * output) with respect to each input and to each parameter
that the file stores under its name in PyTorch.

    OMP_NUM_THREADS=1 python3 make_models.py
"""
import io
import json
import pathlib

import numpy
import onnx
import torch
from onnx import TensorProto, helper
from torch import nn
from torch.nn import functional as F

HERE = pathlib.Path(__file__).parent
GENERATOR = numpy.random.default_rng(11)


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=2, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(8)
        self.pool = nn.MaxPool2d(3, 2, 1, ceil_mode=True)
        self.conv1 = nn.Conv2d(8, 4, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(4)
        self.conv2 = nn.Conv2d(4, 4, 3, padding=1, groups=4)
        self.conv3 = nn.Conv2d(4, 8, 1)
        self.drop = nn.Dropout(0.5)
        self.head = nn.Linear(8, 5)

    def forward(self, x):
        x = self.pool(F.relu(self.norm(self.stem(x))))
        y = F.relu6(self.norm1(self.conv1(x)))
        x = F.relu(x + self.conv3(self.conv2(y)))
        x = torch.flatten(F.adaptive_avg_pool2d(x, 1), 1)
        return self.head(self.drop(x))


class Activations(nn.Module):
    def __init__(self):
        super().__init__()
        self.prelu = nn.PReLU(4)
        self.scale = nn.Parameter(torch.ones(4, 1))
        self.parts = [
            lambda x: F.leaky_relu(x, 0.2), self.prelu, lambda x: x.clamp(-0.5, 0.7), lambda x: x.clamp(min=-0.3), torch.sigmoid, torch.tanh,
            F.hardsigmoid, F.hardswish, lambda x: F.elu(x, 0.7), F.softplus, F.gelu, F.silu, F.selu, lambda x: F.celu(x, 0.6), F.mish,
            F.softsign, torch.abs, lambda x: (x + 3) ** 1.7, lambda x: torch.sqrt(x + 3), torch.erf, torch.sin, torch.cos,
            lambda x: torch.log(x + 3), lambda x: 1 / (x + 3), lambda x: F.log_softmax(x, 1), lambda x: F.softmax(x, 2),
            lambda x: torch.maximum(x, 0.3 * x * x), lambda x: torch.where(x > 0.2, x * x, -x), lambda x: torch.exp(-x), lambda x: x ** 3,
        ]

    def forward(self, x):
        return torch.cat([part(x * self.scale) for part in self.parts], 1)


class Windows(nn.Module):
    def __init__(self):
        super().__init__()
        self.grouped = nn.Conv2d(4, 8, (3, 2), stride=(2, 1), padding=(2, 1), dilation=(1, 2), groups=2)
        self.transposed = nn.ConvTranspose2d(8, 4, 3, stride=2, padding=1, output_padding=1, groups=2)
        self.padded = nn.AvgPool2d(3, 2, 1, count_include_pad=False)
        self.counted = nn.AvgPool2d(3, 2, 1, ceil_mode=True)
        self.uncounted = nn.AvgPool2d((2, 3), 2, (0, 1), ceil_mode=True, count_include_pad=False)
        self.largest = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.line = nn.Conv1d(4, 3, 3, padding=1)

    def forward(self, x):
        x = self.transposed(self.grouped(x))
        rows = [self.padded(x), self.counted(x), self.uncounted(x), self.largest(x)]
        rows.append(F.adaptive_max_pool2d(x, 1) + F.adaptive_avg_pool2d(x, 1))
        rows.append(self.line(torch.flatten(x, 2)))
        return torch.cat([row.flatten(1) for row in rows], 1)


class Shapes(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(3, 6))

    def forward(self, x):
        n, c, h, w = x.shape
        shuffled = x.view(n, 2, c // 2, h, w).transpose(1, 2).contiguous().view(n, c, h, w)
        first, second = shuffled.chunk(2, 1)
        parts = torch.split(x, [1, 2, 1], 1)
        made = [
            first * second, parts[1], x[:, :, ::2, 1:-1], x.flip(3), F.pad(x, (1, 2, 0, 1), value=0.5), F.pad(x, (1, 2, 2, 1), mode="reflect"),
            F.pad(x, (1, 0, 2, 1), mode="replicate"), F.pad(x, (-1, 1, 0, 0)), F.pixel_shuffle(x, 2), x[:, 0], x[:, [2, 0, 3]],
            torch.roll(x, 1, 2), x.permute(0, 2, 3, 1).reshape(-1, 4), x.unsqueeze(1).expand(-1, 2, -1, -1, -1), x.repeat(1, 2, 1, 1),
            torch.stack([x, 2 * x], 2).squeeze(0), x.mean((2, 3), keepdim=True), x.sum(1), x.amax(1), x.amin((2, 3)), torch.logsumexp(x, 1),
            x.norm(dim=1), F.linear(x.mean((1, 2)), self.weight),
        ]
        return torch.cat([part.reshape(n, -1) for part in made], 1)


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, 8, 4, stride=4)
        self.token = nn.Parameter(torch.zeros(1, 1, 8))
        self.place = nn.Parameter(torch.zeros(1, 5, 8))
        self.norm1 = nn.LayerNorm(8)
        self.qkv = nn.Linear(8, 24)
        self.join = nn.Linear(8, 8)
        self.norm2 = nn.LayerNorm(8)
        self.hidden = nn.Linear(8, 16)
        self.out = nn.Linear(16, 8)
        self.head = nn.Linear(8, 3)

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1) + self.place
        n, length, width = x.shape
        q, k, v = self.qkv(self.norm1(x)).reshape(n, length, 3, 2, width // 2).permute(2, 0, 3, 1, 4)
        weights = (q @ k.transpose(-2, -1) * (width // 2) ** -0.5).softmax(-1)
        x = x + self.join((weights @ v).transpose(1, 2).reshape(n, length, width))
        x = x + self.out(F.gelu(self.hidden(self.norm2(x))))
        return self.head(x[:, 0])


class Resizing(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(2, 1, 1))

    def forward(self, x):
        x = x * self.scale
        made = [
            F.interpolate(x, scale_factor=2), F.interpolate(x, size=(7, 4)), F.interpolate(x, scale_factor=2, mode="bilinear"),
            F.interpolate(x, size=(3, 9), mode="bilinear", align_corners=True), F.interpolate(x, scale_factor=1.7, mode="bilinear"),
            F.interpolate(x, size=(8, 3), mode="bicubic"), F.interpolate(x, size=(x.shape[2] * 2, x.shape[3] - 1), mode="bilinear"),
            F.interpolate(x[:, :, 0], size=9, mode="linear"),
        ]
        return torch.cat([part.flatten(1) for part in made], 1)


class Normalized(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.instance = nn.InstanceNorm2d(4, affine=True)
        self.group = nn.GroupNorm(2, 4)
        self.batch = nn.BatchNorm1d(4)

    def forward(self, x):
        x = F.relu(self.instance(self.conv(x)))
        return self.batch(self.group(x).mean((2, 3)))


def randomize(model):
    for tensor in list(model.parameters()) + [value for name, value in model.named_buffers() if value.is_floating_point()]:
        with torch.no_grad():
            tensor.copy_(torch.tensor(GENERATOR.standard_normal(tensor.shape) * 0.4))
    for name, value in model.named_buffers():
        if name.endswith("running_var"):
            value.copy_(0.5 + value.abs())


def make_equal(model):
    for module in model.modules():
        if isinstance(module, nn.LayerNorm):
            module.reset_parameters()


def export(name, model, shape, opset, keeps_norms=True, dynamic=None, has_equals=False):
    """One case. keeps_norms: whether batch norm stays a node of its own rather than being merged into convolutions.
    has_equals: whether layer norms are as they begin, so that the exporter stores their equal tensors once."""
    randomize(model)
    if has_equals:
        make_equal(model)
    model.eval()
    x = torch.tensor(GENERATOR.standard_normal(shape).astype("float32"), requires_grad=True)
    output = model(x)
    weights = torch.tensor(GENERATOR.standard_normal(output.shape).astype("float32"))
    (output * weights).sum().backward()
    file = io.BytesIO()
    mode = torch.onnx.TrainingMode.PRESERVE if keeps_norms else torch.onnx.TrainingMode.EVAL
    torch.onnx.export(model, x, file, opset_version=opset, training=mode, input_names=["x"], output_names=["y"],
                      do_constant_folding=not keeps_norms, dynamic_axes={"x": dynamic, "y": {0: "batch"}} if dynamic else None)
    (HERE / f"{name}.onnx").write_bytes(file.getvalue())
    graph = onnx.load_from_string(file.getvalue()).graph
    stored = {tensor.name for tensor in graph.initializer} | {node.output[0] for node in graph.node if node.op_type == "Identity"}
    gradients = {key: flat(value.grad) for key, value in model.named_parameters() if key in stored}
    return {"name": name, "inputs": {"x": tensor(x)}, "weights": flat(weights), "output": tensor(output), "gradients": {"x": flat(x.grad), **gradients}}


def newer(name="newer"):
    """Operators as sets 18 to 20 write them, which this PyTorch does not: axes as inputs, parts by their number, Gelu."""
    weight = GENERATOR.standard_normal((2, 6)).astype("float32")
    integers = {"one": [1], "two": [2], "axes": [2, 3], "pads": [1, 1], "size": [6, 8]}
    nodes = [
        helper.make_node("Gelu", ["x"], ["g"], name="gelu", approximate="tanh"),
        helper.make_node("Split", ["g"], ["a", "b"], name="split", axis=1, num_outputs=2),
        helper.make_node("Pad", ["a", "pads", "", "one"], ["p"], name="pad"),
        helper.make_node("Resize", ["b", "", "", "size"], ["r"], name="resize", axes=[2, 3], mode="linear"),
        helper.make_node("ReduceMean", ["p", "axes"], ["m"], name="mean", keepdims=0),
        helper.make_node("ReduceMax", ["r", "axes"], ["l"], name="largest", keepdims=0),
        helper.make_node("Concat", ["m", "l"], ["c"], name="join", axis=1),
        helper.make_node("Gemm", ["c", "w"], ["y"], name="head", transB=1, alpha=0.5),
    ]
    tensors = [helper.make_tensor(key, TensorProto.INT64, [len(value)], value) for key, value in integers.items()]
    tensors.append(helper.make_tensor("w", TensorProto.FLOAT, [2, 6], weight.ravel()))
    graph = helper.make_graph(
        nodes, "newer", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 4, None, "w"])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 2])], tensors,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], producer_name="ganscout-test")
    helper.set_model_props(model, {"labels": "real,fake"})
    (HERE / f"{name}.onnx").write_bytes(model.SerializeToString())
    x = torch.tensor(GENERATOR.standard_normal((2, 4, 3, 5)).astype("float32"), requires_grad=True)
    w = torch.tensor(weight, requires_grad=True)
    a, b = F.gelu(x, approximate="tanh").chunk(2, 1)
    p = F.pad(a, (0, 0, 0, 0, 1, 1))
    r = F.interpolate(b, size=(6, 8), mode="bilinear")
    output = 0.5 * F.linear(torch.cat([p.mean((2, 3)), r.amax((2, 3))], 1), w)
    weights = torch.tensor(GENERATOR.standard_normal(output.shape).astype("float32"))
    (output * weights).sum().backward()
    return {"name": name, "inputs": {"x": tensor(x)}, "weights": flat(weights), "output": tensor(output), "gradients": {"x": flat(x.grad), "w": flat(w.grad)}}


def stored():
    """A model that holds tensors of every type that is read, as raw bytes and as lists; its nodes do not matter."""
    numbers = [0.0, 1.5, -2.0, 2.0 ** -24, 65504.0, -0.15625]
    types = {"float32": TensorProto.FLOAT, "float64": TensorProto.DOUBLE, "float16": TensorProto.FLOAT16}
    whole = {"int32": TensorProto.INT32, "int64": TensorProto.INT64}
    integers = [0, 1, -1, 2147483647, -2147483648, 70000]
    tensors = [helper.make_tensor(name, kind, [2, 3], numbers) for name, kind in types.items()]
    tensors += [helper.make_tensor(name, kind, [6], integers) for name, kind in whole.items()]
    tensors.append(helper.make_tensor("bool", TensorProto.BOOL, [3], [True, False, True]))
    tensors.append(helper.make_tensor("bfloat16", TensorProto.BFLOAT16, [2], [1.5, -0.15625]))
    raw = {"float32": "<f4", "float64": "<f8", "float16": "<f2", "int32": "<i4", "int64": "<i8", "bool": "?"}
    for name, kind in raw.items():
        values = [True, False, True] if name == "bool" else integers if name in whole else numbers
        number = {**types, **whole, "bool": TensorProto.BOOL}[name]
        tensors.append(helper.make_tensor(f"{name} raw", number, [len(values)], numpy.array(values, dtype=kind).tobytes(), raw=True))
    graph = helper.make_graph([], "stored", [], [], tensors)
    (HERE / "stored.onnx").write_bytes(helper.make_model(graph).SerializeToString())
    outside = tensors[0]
    outside.ClearField("float_data")
    outside.data_location = TensorProto.EXTERNAL
    outside.external_data.add(key="location", value="weights.bin")
    graph = helper.make_graph([], "external", [], [], [outside])
    (HERE / "external.onnx").write_bytes(helper.make_model(graph).SerializeToString())


def tensor(value):
    return {"shape": list(value.shape), "data": flat(value)}


def flat(value):
    return [float(f"{x:.8g}") for x in value.detach().numpy().ravel()]


cases = [
    export("residual", Residual(), (2, 3, 13, 14), 17),
    export("residual-merged", Residual(), (3, 3, 12, 12), 11, False, {0: "batch", 2: "height", 3: "width"}),
    export("activations", Activations(), (2, 4, 3), 14),
    export("windows", Windows(), (2, 4, 9, 8), 13),
    export("shapes", Shapes(), (2, 4, 5, 6), 16, dynamic={0: "batch"}),
    export("shapes-old", Shapes(), (2, 4, 5, 6), 11, False, {0: "batch", 2: "h", 3: "w"}),
    export("attention", Attention(), (2, 3, 8, 8), 17, dynamic={0: "batch"}),
    export("attention-old", Attention(), (2, 3, 8, 8), 12, False, has_equals=True),
    export("resizing", Resizing(), (2, 2, 5, 6), 13, False, {0: "batch", 2: "h", 3: "w"}),
    export("normalized", Normalized(), (2, 3, 6, 6), 15, dynamic={0: "batch"}),
    newer(),
]
stored()
versions = {"torch": torch.__version__, "onnx": onnx.__version__, "numpy": numpy.__version__}
(HERE / "cases.json").write_text(json.dumps({"versions": versions, "cases": cases}) + "\n")

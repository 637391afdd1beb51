"""Writes one small network as an ONNX file, a TensorFlow.js layers model and a TensorFlow.js graph model, and expected.json.

The network: convolution 3 x 3 with stride 2 (TensorFlow's padding "same"), batch norm, ReLU, global average pooling, dense.
PyTorch computes the result and the map behind the ReLU; the TensorFlow.js files are written here by hand. Weights of the layers
model lie in two files, those of the graph model in one, with the convolution's as float16.

    OMP_NUM_THREADS=1 python3 make_user_models.py
"""
import base64
import json
import pathlib

import numpy
import onnx
import torch
from torch.nn import functional

HERE = pathlib.Path(__file__).resolve().parent
HEIGHT, WIDTH, CHANNELS, FEATURES, EPSILON = 8, 10, 4, 6, 1e-3


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(3, CHANNELS, 3, stride=2)
        self.norm = torch.nn.BatchNorm2d(CHANNELS, eps=EPSILON)
        self.dense = torch.nn.Linear(CHANNELS, FEATURES)

    def maps(self, x):
        return functional.relu(self.norm(self.conv(functional.pad(x, (0, 1, 0, 1)))))

    def forward(self, x):
        maps = self.maps(x)
        return self.dense(maps.mean((2, 3))), maps


def make_network(generator):
    network = Network().eval()
    with torch.no_grad():
        for name, value in network.state_dict().items():
            if value.dtype != torch.float32:
                continue
            drawn = generator.standard_normal(value.shape)
            if name.endswith("running_var"):
                drawn = numpy.exp(drawn)
            # Halves are exact, so that float16 weights are the same network.
            value.copy_(torch.tensor(drawn.astype("float16").astype("float32")))
    return network


def tensorflow_weights(network):
    state = {name: value.numpy() for name, value in network.state_dict().items()}
    return {
        "conv/kernel": state["conv.weight"].transpose(2, 3, 1, 0),
        "conv/bias": state["conv.bias"],
        "norm/gamma": state["norm.weight"],
        "norm/beta": state["norm.bias"],
        "norm/moving_mean": state["norm.running_mean"],
        "norm/moving_variance": state["norm.running_var"],
        "dense/kernel": state["dense.weight"].T,
        "dense/bias": state["dense.bias"],
    }


def write_model(folder, model, files):
    folder.mkdir(exist_ok=True)
    (folder / "model.json").write_text(json.dumps(model, indent=1) + "\n")
    for name, content in files.items():
        (folder / name).write_bytes(content)


def layer(class_name, name, config, before):
    inbound = [[[before, 0, 0, {}]]] if before else []
    return {"class_name": class_name, "name": name, "config": {"name": name, **config}, "inbound_nodes": inbound}


def layers_topology():
    shape = [None, HEIGHT, WIDTH, 3]
    conv = {"filters": CHANNELS, "kernel_size": [3, 3], "strides": [2, 2], "padding": "same", "use_bias": True}
    layers = [
        layer("InputLayer", "image", {"batch_input_shape": shape, "dtype": "float32", "sparse": False}, None),
        layer("Conv2D", "conv", {**conv, "activation": "linear", "data_format": "channels_last"}, "image"),
        layer("BatchNormalization", "norm", {"axis": [3], "epsilon": EPSILON}, "conv"),
        layer("ReLU", "relu", {}, "norm"),
        layer("GlobalAveragePooling2D", "pool", {"data_format": "channels_last"}, "relu"),
        layer("Dense", "dense", {"units": FEATURES, "activation": "linear", "use_bias": True}, "pool"),
    ]
    config = {"name": "tiny", "layers": layers, "input_layers": [["image", 0, 0]]}
    config["output_layers"] = [["dense", 0, 0]]
    return {"keras_version": "2.15.0", "model_config": {"class_name": "Functional", "config": config}}


def write_layers_model(weights):
    content = b"".join(value.astype("<f4").tobytes() for value in weights.values())
    specs = [{"name": name, "shape": list(v.shape), "dtype": "float32"} for name, v in weights.items()]
    files = {"group1-shard1of2.bin": content[:300], "group1-shard2of2.bin": content[300:]}
    manifest = [{"paths": list(files), "weights": specs}]
    model = {"format": "layers-model", "modelTopology": layers_topology(), "weightsManifest": manifest}
    write_model(HERE / "layers", model, files)


def text(value):
    return {"s": base64.b64encode(value.encode()).decode()}


def shape_of(sizes):
    return {"dim": [{"size": str(size)} for size in sizes]}


def node(name, operator, inputs=(), **attributes):
    return {"name": name, "op": operator, "input": list(inputs), "attr": {"T": {"type": "DT_FLOAT"}, **attributes}}


def constant(name, value):
    kind = {"type": "DT_INT32" if value.dtype == numpy.int32 else "DT_FLOAT"}
    empty = {"tensor": {"dtype": kind["type"], "tensorShape": shape_of(value.shape)}}
    return {"name": name, "op": "Const", "attr": {"dtype": kind, "value": empty}}


def graph_topology(constants):
    layout, kind = text("NHWC"), {"type": "DT_FLOAT"}
    shape = shape_of([-1, HEIGHT, WIDTH, 3])
    strides, dilations = ({"list": {"i": ["1", s, s, "1"]}} for s in ("2", "1"))
    norm = ["biased", "norm/gamma", "norm/beta", "norm/moving_mean", "norm/moving_variance"]
    nodes = [
        {"name": "image", "op": "Placeholder", "attr": {"dtype": kind, "shape": {"shape": shape}}},
        *(constant(name, value) for name, value in constants.items()),
        node("conv", "Conv2D", ["image", "conv/kernel"], strides=strides, dilations=dilations,
             padding=text("SAME"), data_format=layout),
        node("biased", "BiasAdd", ["conv", "conv/bias"], data_format=layout),
        node("norm", "FusedBatchNormV3", norm, epsilon={"f": EPSILON}, is_training={"b": False},
             data_format=layout, U=kind),
        node("relu", "Relu", ["norm"]),
        node("pool", "Mean", ["relu", "axes"], keep_dims={"b": False}, Tidx={"type": "DT_INT32"}),
        node("product", "MatMul", ["pool", "dense/kernel"], transpose_a={"b": False}, transpose_b={"b": False}),
        node("features", "BiasAdd", ["product", "dense/bias"], data_format=layout),
    ]
    return {"node": nodes, "versions": {"producer": 1395}}


def stored(name, value):
    """The entry of the manifest and the bytes of one weight."""
    entry = {"name": name, "shape": list(value.shape), "dtype": str(value.dtype)}
    if name != "conv/kernel":
        return entry, value.tobytes()
    return {**entry, "quantization": {"dtype": "float16", "original_dtype": "float32"}}, value.astype("<f2").tobytes()


def write_graph_model(weights):
    constants = {**{name: value.astype("<f4") for name, value in weights.items()}, "axes": numpy.int32([1, 2])}
    entries, contents = zip(*(stored(name, value) for name, value in constants.items()))
    ends = {"inputs": ("image", [-1, HEIGHT, WIDTH, 3]), "outputs": ("features", [-1, FEATURES])}
    signature = {
        side: {name: {"name": f"{name}:0", "dtype": "DT_FLOAT", "tensorShape": shape_of(sizes)}}
        for side, (name, sizes) in ends.items()
    }
    model = {
        "format": "graph-model",
        "modelTopology": graph_topology(constants),
        "signature": signature,
        "weightsManifest": [{"paths": ["group1-shard1of1.bin"], "weights": list(entries)}],
    }
    write_model(HERE / "graph", model, {"group1-shard1of1.bin": b"".join(contents)})


def write_onnx(network):
    # A fixed batch of 2, as exporters write it unless told otherwise, and one that is left open.
    names = {"input_names": ["image"], "output_names": ["features", "maps"], "opset_version": 13}
    image = torch.zeros(2, 3, HEIGHT, WIDTH)
    torch.onnx.export(network, image, str(HERE / "fixed-batch.onnx"), **names)
    axes = {name: {0: "N"} for name in ("image", "features", "maps")}
    torch.onnx.export(network, image, str(HERE / "open-batch.onnx"), dynamic_axes=axes, **names)


def main():
    generator = numpy.random.default_rng(7)
    network = make_network(generator)
    weights = tensorflow_weights(network)
    write_layers_model(weights)
    write_graph_model(weights)
    write_onnx(network)
    images = generator.uniform(-1, 1, (3, 3, HEIGHT, WIDTH)).astype("float32")
    with torch.no_grad():
        features, maps = network(torch.tensor(images))
    versions = {"torch": torch.__version__, "numpy": numpy.__version__, "onnx": onnx.__version__}
    arrays = {"images": images, "features": features.numpy(), "meanMaps": maps.mean((2, 3)).numpy()}
    lists = {name: [round(float(x), 7) for x in value.ravel()] for name, value in arrays.items()}
    expected = {"versions": versions, "shape": list(images.shape), **lists}
    (HERE / "expected.json").write_text(json.dumps(expected) + "\n")


main()

"""Writes maps.json: Grad-CAM maps of torchvision's networks with the weights of ../networks/formula_weights.py, in float64;
and small.onnx, a small classifier as PyTorch exports it, that ends in a softmax.

The maps are the formula of Selvaraju et al. (ICCV 2017), equations 1 and 2, on what hooks see: nothing else of Grad-CAM is used.

    OMP_NUM_THREADS=2 python3 make_maps.py
"""
import json
import pathlib
import sys

import numpy
import torch
import torchvision

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "networks"))
from formula_weights import formula_array, formula_images  # noqa: E402

CLASSES = 5
SIZE = 96
# Network, published name of a layer, class of each of two images.
CASES = [
    ("resnet18", "layer4", [0, 3]),
    ("resnet18", "layer3", [4, 4]),
    ("resnet18", "layer2", [1, 2]),
    ("mobilenet-v2", "features.18", [2, 0]),
    ("mobilenet-v2", "features.10", [1, 4]),
]
BUILDERS = {"resnet18": torchvision.models.resnet18, "mobilenet-v2": torchvision.models.mobilenet_v2}


def create(name):
    network = BUILDERS[name](num_classes=CLASSES)
    arrays = {key: tuple(value.shape) for key, value in network.state_dict().items()}
    state = {key: torch.tensor(formula_array(key, shape)) for key, shape in arrays.items() if shape}
    network.load_state_dict(state, strict=False)
    return network.double().eval(), arrays


def grad_cam(network, layer, classes, size=SIZE):
    seen = {}

    def remember(_module, _input, output):
        output.retain_grad()
        seen["maps"] = output

    hook = network.get_submodule(layer).register_forward_hook(remember)
    logits = network(torch.tensor(formula_images(2, size)).double())
    hook.remove()
    sum(logits[i, c] for i, c in enumerate(classes)).backward()
    weights = seen["maps"].grad.mean(dim=(2, 3), keepdim=True)
    return torch.relu((weights * seen["maps"]).sum(dim=1)), logits


def small_network():
    layers = [
        torch.nn.Conv2d(3, 4, 3, stride=2, padding=1),
        torch.nn.BatchNorm2d(4),
        torch.nn.ReLU(),
        torch.nn.Conv2d(4, 6, 3, stride=2, padding=1),
        torch.nn.ReLU(),
        torch.nn.AdaptiveAvgPool2d(1),
        torch.nn.Flatten(),
        torch.nn.Linear(6, 3),
    ]
    network = torch.nn.Sequential(*layers)
    state = {key: torch.tensor(formula_array(key, tuple(value.shape))) for key, value in network.state_dict().items() if value.shape}
    network.load_state_dict(state, strict=False)
    return network.eval()


def export_small():
    images = torch.tensor(formula_images(2, 16))
    network = small_network()
    path = pathlib.Path(__file__).with_name("small.onnx")
    options = {"input_names": ["images"], "output_names": ["probabilities"], "dynamic_axes": {"images": {0: "N"}}}
    torch.onnx.export(torch.nn.Sequential(network, torch.nn.Softmax(1)), images, path, opset_version=13, **options)
    # The exporter leaves it in training mode.
    return grad_cam(network.double().eval(), "4", [0, 2], 16)


def rounded(value):
    return json.loads(json.dumps(value.detach().tolist()), parse_float=lambda text: float(f"{float(text):.7g}"))


def main():
    cases, networks = [], {}
    for name, layer, classes in CASES:
        network, networks[name] = create(name)
        maps, logits = grad_cam(network, layer, classes)
        cases.append({"network": name, "layer": layer, "classes": classes, "maps": rounded(maps), "logits": rounded(logits)})
        print(name, layer, tuple(maps.shape), float((maps > 0).double().mean()))
    maps, logits = export_small()
    small = {"size": 16, "classes": [0, 2], "maps": rounded(maps), "logits": rounded(logits)}
    print("small", tuple(maps.shape), float((maps > 0).double().mean()))
    versions = {"torch": torch.__version__, "torchvision": torchvision.__version__, "numpy": numpy.__version__}
    path = pathlib.Path(__file__).with_name("maps.json")
    path.write_text(json.dumps({"versions": versions, "size": SIZE, "arrays": networks, "cases": cases, "small": small}) + "\n")
    print(path.stat().st_size)


if __name__ == "__main__":
    main()

"""Writes one JSON file for each network: what PyTorch computes with the weights of formula_weights.py.

In inference: logits of two images, and the mean magnitude of each feature map. In training, of four images: loss, gradients
of some arrays (their norm and first elements), and some running averages after the step. All in float64, dropout off.

    OMP_NUM_THREADS=2 python3 make_networks.py [NAME...]
"""
import json
import pathlib
import sys

import numpy
import torch
import torchvision
from formula_weights import formula_array, formula_images
from published_networks import Pose, Xception

CLASSES = 5
FIRST = 6

NETWORKS = {
    "resnet18": (lambda: torchvision.models.resnet18(num_classes=CLASSES), 64, [f"layer{i}" for i in range(1, 5)]),
    "resnet50": (lambda: torchvision.models.resnet50(num_classes=CLASSES), 64, [f"layer{i}" for i in range(1, 5)]),
    "mobilenet-v2": (
        lambda: torchvision.models.mobilenet_v2(num_classes=CLASSES), 64, [f"features.{i}" for i in range(19)]),
    "xception": (lambda: Xception(CLASSES), 64, [f"block{i}" for i in range(1, 13)]),
    "pose": (lambda: Pose(CLASSES, 32), 32, [f"main.{i}" for i in (1, 3, 5, 7)]),
}


def images(count, size):
    return torch.tensor(formula_images(count, size)).double()


def create(build):
    network = build()
    arrays = {name: tuple(value.shape) for name, value in network.state_dict().items()}
    state = {name: torch.tensor(formula_array(name, shape)) for name, shape in arrays.items() if shape}
    network.load_state_dict(state, strict=False)
    for module in network.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0
    return network.double(), arrays


def infer(network, size, layers):
    magnitudes = {}

    def remember(name):
        return lambda _module, _input, output: magnitudes.update({name: rounded(output.abs().mean())})

    hooks = [network.get_submodule(name).register_forward_hook(remember(name)) for name in layers]
    network.eval()
    with torch.no_grad():
        logits = network(images(2, size))
    for hook in hooks:
        hook.remove()
    return {"logits": rounded(logits), "magnitudes": list(magnitudes.values())}


def train(network, size, trained):
    """One step; `trained` begins the names of modules that learn, all others keep their averages."""
    network.eval()
    for name, module in network.named_modules():
        if name.startswith(trained):
            module.train()
    for name, parameter in network.named_parameters():
        parameter.requires_grad = name.startswith(trained)
    loss = torch.nn.functional.cross_entropy(network(images(4, size)), torch.tensor([0, 1, 2, 4]))
    loss.backward()
    return {"loss": rounded(loss), "gradients": chosen_gradients(network), "averages": chosen_averages(network, trained)}


def chosen_gradients(network):
    learned = [(name, value.grad) for name, value in network.named_parameters() if value.grad is not None]
    step = max(1, len(learned) // 8)
    chosen = learned[::step] + learned[-2:]
    return {
        name: {"norm": rounded(gradient.norm()), "largest": rounded(gradient.abs().max()), "first": rounded(gradient.flatten()[:FIRST])}
        for name, gradient in dict(chosen).items()
    }


def chosen_averages(network, trained):
    names = [name for name in network.state_dict() if name.startswith(trained) and "running" in name]
    return {name: rounded(network.state_dict()[name][:FIRST]) for name in names[:: max(1, len(names) // 4)]}


def rounded(value):
    return json.loads(json.dumps(torch.as_tensor(value).detach().tolist()), parse_float=lambda text: float(f"{float(text):.7g}"))


def golden(build, size, layers, trained):
    network, arrays = create(build)
    inference = infer(network, size, layers)
    return {"image": size, "arrays": arrays, **inference, **train(network, size, trained)}


def main():
    torch.manual_seed(0)
    versions = {"torch": torch.__version__, "torchvision": torchvision.__version__, "numpy": numpy.__version__}
    cases = {name: (*network, ("",)) for name, network in NETWORKS.items()}
    cases["resnet18-from-layer4"] = (*NETWORKS["resnet18"], ("layer4", "fc"))
    for name in sys.argv[1:] or cases:
        path = pathlib.Path(__file__).with_name(f"{name}.json")
        path.write_text(json.dumps({"versions": versions, **golden(*cases[name])}) + "\n")
        print(name, path.stat().st_size)


if __name__ == "__main__":
    main()

"""Writes mobilenet-v2-narrow.onnx, a randomly initialized torchvision network of width 0.05, and what PyTorch computes with it.

The JSON file is as those of make_networks.py, the training step that of fine-tuning from features.18 on.

    OMP_NUM_THREADS=1 python3 make_onnx.py
"""
import json
import pathlib

import onnx
import torch
import torchvision
from make_networks import CLASSES, images, infer, train

WIDTH = 0.05
SIZE = 64
LAYERS = [f"features.{i}" for i in range(19)]


def create():
    network = torchvision.models.mobilenet_v2(num_classes=CLASSES, width_mult=WIDTH, dropout=0)
    network.train()
    with torch.no_grad():  # so that running averages are not those of a new network
        for _ in range(20):
            network(images(8, SIZE).float() + 0.1 * torch.randn(8, 3, SIZE, SIZE))
    return network.eval()


def main():
    torch.manual_seed(0)
    network = create()
    path = pathlib.Path(__file__).with_name("mobilenet-v2-narrow.onnx")
    preserve = torch.onnx.TrainingMode.PRESERVE  # else batch norm is merged into the convolutions
    torch.onnx.export(network, images(2, SIZE).float(), str(path), training=preserve, do_constant_folding=False, opset_version=15)
    network.double()
    versions = {"torch": torch.__version__, "torchvision": torchvision.__version__, "onnx": onnx.__version__}
    golden = {"versions": versions, "width": WIDTH, "image": SIZE, **infer(network, SIZE, LAYERS)}
    golden |= train(network, SIZE, ("features.18", "classifier"))
    path.with_suffix(".json").write_text(json.dumps(golden) + "\n")
    print(path.name, path.stat().st_size)


if __name__ == "__main__":
    main()

"""Writes mlp-adam.json: a small network trained for six steps by PyTorch.

Layers 12 -> 8 -> 6 -> 4 (linear, ReLU, times a given dropout mask), then linear to 3 classes; weighted cross-entropy;
Adam. Each case holds the inputs, the parameters before, the loss of each step and the parameters after.

    OMP_NUM_THREADS=1 python3 make_mlp_adam.py
"""
import json
import pathlib

import numpy
import torch

SIZES = [12, 8, 6, 4]
CLASSES = 3
ROWS = 16
STEPS = 6


def train(weight_decay, label_smoothing, class_weights, dropout):
    generator = numpy.random.default_rng(7)
    x = generator.standard_normal((ROWS, SIZES[0])).astype("float32")
    labels = generator.integers(0, CLASSES, ROWS)
    sizes = SIZES + [CLASSES]
    parameters = {}
    for i in range(len(sizes) - 1):
        bound = 1 / numpy.sqrt(sizes[i])
        parameters[f"weight{i + 1}"] = generator.uniform(-bound, bound, (sizes[i + 1], sizes[i])).astype("float32")
        parameters[f"bias{i + 1}"] = generator.uniform(-bound, bound, sizes[i + 1]).astype("float32")
    masks = [
        [(generator.random((ROWS, size)) >= dropout).astype("float32") / (1 - dropout) for size in SIZES[1:]]
        for _ in range(STEPS)
    ]
    trained = {name: torch.tensor(value, requires_grad=True) for name, value in parameters.items()}
    optimizer = torch.optim.Adam(trained.values(), lr=0.01, weight_decay=weight_decay)
    weights = None if class_weights is None else torch.tensor(class_weights)
    criterion = torch.nn.CrossEntropyLoss(weight=weights, label_smoothing=label_smoothing)
    losses = []
    for step in range(STEPS):
        value = torch.tensor(x)
        for i, mask in enumerate(masks[step]):
            value = torch.nn.functional.linear(value, trained[f"weight{i + 1}"], trained[f"bias{i + 1}"])
            value = value.relu() * torch.tensor(mask)
        last = len(SIZES)
        logits = torch.nn.functional.linear(value, trained[f"weight{last}"], trained[f"bias{last}"])
        loss = criterion(logits, torch.tensor(labels))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return {
        "learningRate": 0.01,
        "weightDecay": weight_decay,
        "labelSmoothing": label_smoothing,
        "classWeights": class_weights,
        "dropout": dropout,
        "features": flat(x),
        "labels": labels.tolist(),
        "masks": [[flat(mask) for mask in step] for step in masks],
        "initial": {name: flat(value) for name, value in parameters.items()},
        "losses": losses,
        "final": {name: flat(value.detach().numpy()) for name, value in trained.items()},
    }


def flat(array):
    return [float(value) for value in numpy.asarray(array).ravel()]


golden = {
    "script": "make_mlp_adam.py",
    "versions": {"torch": torch.__version__, "numpy": numpy.__version__},
    "sizes": SIZES,
    "classCount": CLASSES,
    "rows": ROWS,
    "cases": {
        "dropout and class weights": train(0, 0, [1.0, 2.5, 0.5], 0.5),
        "weight decay and label smoothing": train(0.1, 0.2, None, 0.25),
        "all at once": train(0.05, 0.1, [3.0, 1.0, 2.0], 0.5),
    },
}
pathlib.Path(__file__).with_name("mlp-adam.json").write_text(json.dumps(golden) + "\n")

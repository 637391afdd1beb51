"""Writes optimizers.json: steps of PyTorch's optimizers on given gradients, clipping, and learning rates of schedules.

Two parameters (7 and 20 values), six steps. The learning rate of step i is the i-th of `learningRates`. With
`maxGradientNorm` the gradients go through clip_grad_norm_ first; `norms` are what it returns.

    OMP_NUM_THREADS=1 python3 make_optimizers.py
"""
import json
import pathlib
import warnings

import numpy
import torch
from torch.optim import lr_scheduler

warnings.filterwarnings("ignore", category=UserWarning)
LENGTHS = [7, 20]
LEARNING_RATES = [0.1, 0.1, 0.05, 0.02, 0.02, 0.01]
generator = numpy.random.default_rng(11)
INITIAL = [generator.standard_normal(length).astype("float32") for length in LENGTHS]
GRADIENTS = [
    [(3 * generator.standard_normal(length)).astype("float32") for length in LENGTHS] for _ in LEARNING_RATES
]


def rounded(arrays):
    return [[float(value) for value in array] for array in arrays]


def train(make, max_norm=None):
    parameters = [torch.nn.Parameter(torch.tensor(values)) for values in INITIAL]
    optimizer = make(parameters)
    after = []
    norms = []
    for rate, gradients in zip(LEARNING_RATES, GRADIENTS):
        for parameter, gradient in zip(parameters, gradients):
            parameter.grad = torch.tensor(gradient)
        if max_norm is not None:
            norms.append(float(torch.nn.utils.clip_grad_norm_(parameters, max_norm)))
        optimizer.param_groups[0]["lr"] = rate
        optimizer.step()
        after.append(rounded(parameter.detach().numpy() for parameter in parameters))
    return {"after": after, "norms": norms}


def rates(make, count):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], 0.4)
    scheduler = make(optimizer)
    values = []
    for _ in range(count):
        values.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return values


def warm_cosine(optimizer, warmup, count, floor):
    growth = lr_scheduler.LinearLR(optimizer, start_factor=1 / (warmup + 1), total_iters=warmup)
    fall = lr_scheduler.CosineAnnealingLR(optimizer, T_max=count - warmup, eta_min=floor)
    return lr_scheduler.SequentialLR(optimizer, [growth, fall], milestones=[warmup])


optim = torch.optim
CASES = [
    ({"kind": "sgd"}, None, lambda p: optim.SGD(p, 1, momentum=0.9)),
    ({"kind": "sgd", "momentum": 0}, None, lambda p: optim.SGD(p, 1)),
    (
        {"kind": "sgd", "momentum": 0.8, "nesterov": True, "weightDecay": 0.05},
        None,
        lambda p: optim.SGD(p, 1, momentum=0.8, nesterov=True, weight_decay=0.05),
    ),
    ({"kind": "sgd", "weightDecay": 0.1}, 12, lambda p: optim.SGD(p, 1, momentum=0.9, weight_decay=0.1)),
    ({"kind": "adam", "weightDecay": 0.1}, None, lambda p: optim.Adam(p, 1, weight_decay=0.1)),
    ({"kind": "adam"}, 12, lambda p: optim.Adam(p, 1)),
    ({"kind": "adamw"}, None, lambda p: optim.AdamW(p, 1)),
    (
        {"kind": "adamw", "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3, "weightDecay": 0.3},
        None,
        lambda p: optim.AdamW(p, 1, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.3),
    ),
]
golden = {
    "script": "make_optimizers.py",
    "versions": {"torch": torch.__version__, "numpy": numpy.__version__},
    "initial": rounded(INITIAL),
    "gradients": [rounded(step) for step in GRADIENTS],
    "learningRates": LEARNING_RATES,
    "cases": [
        {"options": options, "maxGradientNorm": max_norm, **train(make, max_norm)}
        for options, max_norm, make in CASES
    ],
    "schedules": [
        {
            "schedule": {"kind": "step-decay", "learningRate": 0.4, "every": 3, "factor": 0.3},
            "learningRates": rates(lambda o: lr_scheduler.StepLR(o, 3, 0.3), 10),
        },
        {
            "schedule": {"kind": "cosine", "learningRate": 0.4},
            "learningRates": rates(lambda o: lr_scheduler.CosineAnnealingLR(o, 12), 12),
        },
        {
            "schedule": {"kind": "cosine", "learningRate": 0.4, "floor": 0.01, "warmupSteps": 4},
            "learningRates": rates(lambda o: warm_cosine(o, 4, 15, 0.01), 15),
        },
    ],
}
pathlib.Path(__file__).with_name("optimizers.json").write_text(json.dumps(golden) + "\n")

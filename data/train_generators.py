"""Trains the demo's generators and exports them as ONNX with float16 weights.

    render:  npx tsx --conditions=@ganscout/source data/render-training-images.ts IMAGES 6000
    train:   OMP_NUM_THREADS=1 python3 data/train_generators.py train IMAGES WORK NAME...   (all, if none is named)
    collect: python3 data/train_generators.py collect IMAGES WORK
    sample:  npx tsx --conditions=@ganscout/source data/sample-generators.ts WORK, then collect again

`train` writes data/generators/NAME.onnx, data/logs/NAME.csv, and in WORK a record and sheets of samples.
`collect` writes data/generators.json and prints the table of data/README.md; with samples, their diversity too.
"""

import argparse
import copy
import csv
import io
import json
import os
import platform
import time

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from generators import GENERATORS, LATENT, Discriminator, Style

HERE = os.path.dirname(os.path.abspath(__file__))
BATCH = 16
DATASETS = {"leaves": "dead-leaves", "landscape": "landscape"}


# Discriminator width and norm, learning rates, second Adam coefficient, weight of R1 (BCE only).
PLAIN = {"width": 16, "norm": None, "generatorRate": 4e-4, "discriminatorRate": 4e-4, "beta2": 0.99, "r1": 0.1}
WIDE = {**PLAIN, "width": 24}
SPECTRAL = {"width": 16, "norm": "spectral", "generatorRate": 2.5e-4, "discriminatorRate": 7e-4, "beta2": 0.999, "r1": 0}


def entry(architecture, loss, dataset, seed, steps, role, unknown=None, settings=None):
    name = f"{architecture}-{loss}-{dataset}-{seed}"
    return {
        "name": name,
        "architecture": architecture,
        "loss": loss,
        "dataset": DATASETS[dataset],
        "seed": seed,
        "steps": steps,
        "settings": settings or (SPECTRAL if dataset == "leaves" and loss != "wgan-gp" else PLAIN),
        "role": role,
        "unknown": unknown,
    }


PLAN = [
    entry("transposed4", "bce", "landscape", 0, 1600, "known"),
    entry("transposed5", "lsgan", "landscape", 0, 1800, "known", settings=WIDE),
    entry("transposed4-plain", "wgan-gp", "leaves", 0, 1500, "known"),
    entry("nearest-pixelnorm", "bce", "landscape", 0, 1400, "known", settings=WIDE),
    entry("resnet", "hinge", "leaves", 0, 1300, "known"),
    entry("style-noise", "bce", "landscape", 0, 1300, "known"),
    entry("transposed4", "bce", "landscape", 1, 1600, "unknown", "seed"),
    entry("nearest-pixelnorm", "bce", "landscape", 1, 1100, "unknown", "seed"),
    entry("style-noise", "bce", "landscape", 1, 1000, "unknown", "seed"),
    entry("resnet", "hinge", "leaves", 1, 1000, "unknown", "seed"),
    entry("pixel-shuffle", "bce", "landscape", 0, 1600, "unknown", "architecture"),
    entry("bilinear", "lsgan", "landscape", 0, 1100, "unknown", "architecture"),
    entry("transposed2", "lsgan", "landscape", 0, 1100, "unknown", "architecture"),
    entry("skip-sum", "hinge", "leaves", 0, 1100, "unknown", "architecture"),
    entry("nearest-pixelnorm", "bce", "leaves", 0, 1300, "unknown", "architecture-and-data-set"),
    entry("style-noise", "bce", "leaves", 0, 1300, "unknown", "architecture-and-data-set"),
    entry("resnet", "hinge", "landscape", 0, 900, "unknown", "architecture-and-data-set", settings=SPECTRAL),
]


# --- losses -----------------------------------------------------------------------------------------


def discriminator_loss(loss, real, fake):
    if loss == "bce":
        return F.softplus(-real).mean() + F.softplus(fake).mean()
    if loss == "lsgan":
        return (real - 1).pow(2).mean() + fake.pow(2).mean()
    if loss == "hinge":
        return F.relu(1 - real).mean() + F.relu(1 + fake).mean()
    return fake.mean() - real.mean()


def generator_loss(loss, fake):
    if loss == "bce":
        return F.softplus(-fake).mean()
    if loss == "lsgan":
        return (fake - 1).pow(2).mean()
    return -fake.mean()


def gradient_norms(discriminator, images):
    images = images.detach().requires_grad_(True)
    scores = discriminator(images).sum()
    (gradient,) = torch.autograd.grad(scores, images, create_graph=True)
    return gradient.flatten(1).pow(2).sum(1)


def penalty(loss, discriminator, real, fake, step, r1):
    """Wasserstein: (|gradient| - 1)^2 between real and fake. BCE: R1 of the given weight, every 8th step."""
    if loss == "wgan-gp":
        share = torch.rand(len(real), 1, 1, 1)
        norms = gradient_norms(discriminator, share * real + (1 - share) * fake)
        return 10 * ((norms + 1e-12).sqrt() - 1).pow(2).mean()
    if loss == "bce" and r1 > 0 and step % 8 == 0:
        return 8 * 0.5 * r1 * gradient_norms(discriminator, real).mean()
    return 0.0


# --- training ---------------------------------------------------------------------------------------


def draw_inputs(architecture, count):
    inputs = {"z": torch.randn(count, LATENT)}
    if architecture == "style-noise":
        inputs["noise"] = torch.randn(count, Style.NOISE)
    return inputs


def real_batch(images, random):
    rows = random.integers(0, len(images), BATCH)
    return torch.from_numpy(images[rows]).permute(0, 3, 1, 2).float() / 127.5 - 1


def train(plan, images, work):
    torch.manual_seed(1000 + plan["seed"])
    random = np.random.default_rng(1000 + plan["seed"])
    loss, architecture, steps, settings = (plan[key] for key in ("loss", "architecture", "steps", "settings"))
    generator = GENERATORS[architecture]()
    average = copy.deepcopy(generator)
    discriminator = Discriminator(settings["width"], settings["norm"])
    for network in (generator, average, discriminator):  # only faster on a CPU
        network.to(memory_format=torch.channels_last)
    g_rate, d_rate = settings["generatorRate"], settings["discriminatorRate"]
    g_adam = torch.optim.Adam(generator.parameters(), g_rate, betas=(0.5, settings["beta2"]))
    d_adam = torch.optim.Adam(discriminator.parameters(), d_rate, betas=(0.5, settings["beta2"]))
    rows, started = [], time.time()
    for step in range(1, steps + 1):
        decay = min(1.0, 0.1 + 3.0 * (1 - step / steps))
        g_adam.param_groups[0]["lr"] = g_rate * decay
        d_adam.param_groups[0]["lr"] = d_rate * decay
        if loss == "wgan-gp":  # one critic step more than the shared one below
            with torch.no_grad():
                extra = generator(*draw_inputs(architecture, BATCH).values())
            update_discriminator(loss, discriminator, d_adam, real_batch(images, random), extra, step, settings["r1"])
        fake = generator(*draw_inputs(architecture, BATCH).values())
        d_loss, real_score, fake_score = update_discriminator(
            loss, discriminator, d_adam, real_batch(images, random), fake.detach(), step, settings["r1"]
        )
        g_loss = generator_loss(loss, discriminator(fake))
        g_adam.zero_grad(set_to_none=True)
        g_loss.backward()
        g_adam.step()
        share = min(0.995, step / (step + 10))
        with torch.no_grad():
            for kept, new in zip(average.parameters(), generator.parameters()):
                kept.lerp_(new, 1 - share)
        if step % 20 == 0:
            rows.append([step, d_loss, g_loss.item(), real_score, fake_score])
        if step % 100 == 0:
            save_sheet(quantize(fake.detach()), os.path.join(work, plan["name"] + ".progress.png"), lines=1)
            print(f"{plan['name']} step {step}/{steps} after {time.time() - started:.0f} s", flush=True)
    settle_batch_norm(average, architecture)
    return average, rows, time.time() - started


def update_discriminator(loss, discriminator, adam, real, fake, step, r1):
    real_score, fake_score = discriminator(real), discriminator(fake)
    value = discriminator_loss(loss, real_score, fake_score)
    total = value + penalty(loss, discriminator, real, fake, step, r1)
    adam.zero_grad(set_to_none=True)
    total.backward()
    adam.step()
    return value.item(), real_score.mean().item(), fake_score.mean().item()


def settle_batch_norm(average, architecture):
    """Gives the averaged weights batch-norm statistics of their own."""
    for module in average.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.reset_running_stats()
            module.momentum = None
    average.train()
    with torch.no_grad():
        for _ in range(40):
            average(*draw_inputs(architecture, 64).values())
    average.eval()


# --- export -----------------------------------------------------------------------------------------


def export(generator, architecture, path):
    inputs = draw_inputs(architecture, 2)
    names = list(inputs)
    buffer = io.BytesIO()
    torch.onnx.export(
        generator,
        tuple(inputs.values()),
        buffer,
        input_names=names,
        output_names=["image"],
        dynamic_axes={name: {0: "N"} for name in [*names, "image"]},
        opset_version=13,
    )
    model = onnx.load_model_from_string(buffer.getvalue())
    halve_weights(model.graph)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def halve_weights(graph):
    """Stores float32 tensors of 64 numbers or more as float16, with a Cast back to float32."""
    casts = []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < 64:
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), name + ".half"))
        casts.append(helper.make_node("Cast", [name + ".half"], [name], name + ".cast", to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    for node in graph.node:
        node.doc_string = ""


# --- diversity --------------------------------------------------------------------------------------


def simple_features(images):
    """Per image (8 bit): mean and deviation per color, mean absolute differences, histogram of gray, 8 x 8 gray."""
    x = images.astype(np.float64) / 255
    gray = x.mean(3)
    columns = [x.mean((1, 2)), x.std((1, 2))]
    columns += [np.abs(np.diff(x, axis=axis)).mean((1, 2)) for axis in (1, 2)]
    columns.append(np.stack([((gray >= i / 8) & (gray < (i + 1) / 8)).mean((1, 2)) for i in range(8)], 1))
    columns.append(gray.reshape(-1, 8, 8, 8, 8).mean((2, 4)).reshape(len(x), -1))
    return np.concatenate(columns, 1)


def distances(rows):
    squares = (rows**2).sum(1)
    d = np.sqrt(np.maximum(0, squares[:, None] + squares - 2 * rows @ rows.T))
    return d[np.triu_indices(len(rows), 1)]


def diversity(samples, real):
    """Distances among 256 samples over the same among 256 real images."""
    pixels = [a.reshape(len(a), -1).astype(np.float64) for a in (samples, real)]
    features = [simple_features(a) for a in (samples, real)]
    scale = np.maximum(features[1].std(0), 0.02)
    (p, p_real), (f, f_real) = map(distances, pixels), [distances(a / scale) for a in features]
    p, p_real = p, p_real
    return {
        "pixelMean": round(p.mean() / p_real.mean(), 3),
        "pixelNearest": round(p.min() / p_real.min(), 3),
        "featureMean": round(f.mean() / f_real.mean(), 3),
        "featureNearest": round(f.min() / f_real.min(), 3),
    }


def sample(generator, architecture, count):
    torch.manual_seed(77)
    with torch.no_grad():
        batches = [generator(*draw_inputs(architecture, 64).values()) for _ in range(count // 64)]
    return quantize(torch.cat(batches))


def quantize(images):
    return ((images.clamp(-1, 1).permute(0, 2, 3, 1) + 1) * 127.5).round().to(torch.uint8).numpy()


def save_sheet(images, path, columns=10, lines=5):
    sheet = np.zeros((lines * 66, columns * 66, 3), np.uint8)
    for i, image in enumerate(images[: columns * lines]):
        row, column = divmod(i, columns)
        sheet[row * 66 : row * 66 + 64, column * 66 : column * 66 + 64] = image
    Image.fromarray(sheet).resize((columns * 132, lines * 132), 0).save(path)


# --- commands ---------------------------------------------------------------------------------------


def read_images(path):
    return np.fromfile(path, np.uint8).reshape(-1, 64, 64, 3)


def run_training(plan, images_directory, work):
    images = read_images(os.path.join(images_directory, plan["dataset"] + ".rgb"))
    generator, rows, seconds = train(plan, images, work)
    name = plan["name"]
    for folder in ("generators", "logs"):
        os.makedirs(os.path.join(HERE, folder), exist_ok=True)
    with open(os.path.join(HERE, "logs", name + ".csv"), "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["step", "discriminator_loss", "generator_loss", "real_score", "fake_score"])
        writer.writerows([row[0], *(f"{value:.4f}" for value in row[1:])] for row in rows)
    path = os.path.join(HERE, "generators", name + ".onnx")
    export(generator, plan["architecture"], path)
    save_sheet(sample(generator, plan["architecture"], 64), os.path.join(work, name + ".png"))
    record = {
        "steps": plan["steps"],
        "parameters": sum(p.numel() for p in generator.parameters()),
        "bytes": os.path.getsize(path),
        "seconds": round(seconds),
    }
    with open(os.path.join(work, name + ".json"), "w") as file:
        json.dump(record, file)
    print(name, record, flush=True)


def collect(images_directory, work):
    generators = []
    for plan in PLAN:
        name = plan["name"]
        if not os.path.exists(os.path.join(HERE, "generators", name + ".onnx")):
            continue
        with open(os.path.join(work, name + ".json")) as file:
            record = json.load(file)
        record.pop("diversity", None)
        samples = os.path.join(work, name + ".rgb")
        if os.path.exists(samples):
            real = read_images(os.path.join(images_directory, plan["dataset"] + ".rgb"))[:256]
            record["diversity"] = diversity(read_images(samples), real)
        inputs = {"z": LATENT, **({"noise": Style.NOISE} if plan["architecture"] == "style-noise" else {})}
        file = f"generators/{name}.onnx"
        generators.append({"name": name, "file": file, **plan, "latent": LATENT, "inputs": inputs, **record})
    versions = {"torch": torch.__version__, "onnx": onnx.__version__, "numpy": np.__version__}
    document = {
        "versions": {"python": platform.python_version(), **versions},
        "batch": BATCH,
        "generators": generators,
    }
    with open(os.path.join(HERE, "generators.json"), "w") as file:
        json.dump(document, file, indent=2)
        file.write("\n")
    for g in generators:
        role = "known" if g["role"] == "known" else "unknown " + g["unknown"]
        figures = [f"{value:.2f}" for value in g.get("diversity", {}).values()]
        cells = [g["name"], role, g["steps"], f"{g['parameters']:,}", f"{g['bytes']:,}", *figures]
        print("| " + " | ".join(str(cell) for cell in cells) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    training = commands.add_parser("train")
    training.add_argument("images")
    training.add_argument("work")
    training.add_argument("names", nargs="*")
    training.add_argument("--steps", type=int, help="instead of the plan's")
    collecting = commands.add_parser("collect")
    collecting.add_argument("images")
    collecting.add_argument("work")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    os.makedirs(arguments.work, exist_ok=True)
    if arguments.command == "collect":
        return collect(arguments.images, arguments.work)
    for plan in PLAN:
        if arguments.names and plan["name"] not in arguments.names:
            continue
        if arguments.steps:
            plan = {**plan, "steps": arguments.steps}
        run_training(plan, arguments.images, arguments.work)


if __name__ == "__main__":
    main()

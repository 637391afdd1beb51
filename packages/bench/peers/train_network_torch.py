"""Training steps in PyTorch; the first run takes those whose losses are compared, and each has the median step as its time."""
import statistics
import time

from peer import ARGUMENTS, serve_timed
from torch_networks import batch, build_network, peak_megabytes, torch

network = build_network().train()
optimizer = torch.optim.SGD(network.parameters(), lr=ARGUMENTS["learningRate"], momentum=ARGUMENTS["momentum"])
losses = []
taken = 0


def take_step():
    global taken
    images, labels = batch(taken)
    optimizer.zero_grad(set_to_none=True)
    loss = torch.nn.functional.cross_entropy(network(images), labels)
    loss.backward()
    optimizer.step()
    if taken < ARGUMENTS["comparedSteps"]:
        losses.append(loss.item())
    taken += 1


def run():
    seconds = []
    for _ in range(ARGUMENTS["timedSteps"] if taken else ARGUMENTS["comparedSteps"]):
        start = time.perf_counter()
        take_step()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), {"losses": " ".join(map(repr, losses)), "peakMegabytes": peak_megabytes()}


serve_timed(run)

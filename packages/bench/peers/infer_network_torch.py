"""A network in use in PyTorch: batches in turn, the median as the time, and the scores of the first batch."""
import statistics
import time

from peer import ARGUMENTS, serve_timed
from torch_networks import batch, build_network, peak_megabytes, torch

network = build_network().eval()


@torch.no_grad()
def score(index):
    return torch.log_softmax(network(batch(index)[0]), 1)


def run():
    seconds = []
    scores = score(0)
    for i in range(ARGUMENTS["timedSteps"]):
        start = time.perf_counter()
        score(i)
        seconds.append(time.perf_counter() - start)
    result = {"scores": " ".join(map(repr, scores.flatten().tolist())), "peakMegabytes": peak_megabytes()}
    return statistics.median(seconds), result


serve_timed(run)

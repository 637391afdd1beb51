"""What the peers have in common: arguments, threads, and the loop that runs once a line."""
import importlib
import json
import sys
import time

ARGUMENTS = json.loads(sys.argv[1])
VERSIONS = {}


def answer(**values):
    print(json.dumps(values), flush=True)


def require(name, package=None):
    """Imports a module, or says that it is missing and ends. package: name for its version."""
    try:
        module = importlib.import_module(name)
    except ImportError:
        answer(missing=name.split(".")[0])
        sys.exit(0)
    top = importlib.import_module(name.split(".")[0])
    VERSIONS[package or top.__name__] = getattr(top, "__version__", None) or installed_version(package or top.__name__)
    return module


def installed_version(package):
    try:
        return importlib.import_module("importlib.metadata").version(package)
    except Exception:
        return "unknown"


def set_threads():
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(ARGUMENTS["threads"])
    if "faiss" in sys.modules:
        sys.modules["faiss"].omp_set_num_threads(ARGUMENTS["threads"])


def serve(run, finish=lambda result: result):
    """Runs once for each repetition asked for. run: what is timed. finish: makes a dict of its result, not timed."""
    def timed(repetitions):
        start = time.perf_counter()
        for _ in range(repetitions):
            result = run()
        return (time.perf_counter() - start) / repetitions, result

    for seconds, result in answers(timed):
        answer(seconds=seconds, result=finish(result))


def serve_timed(run):
    """For a run that returns its own seconds, and a dict."""
    for seconds, result in answers(lambda _: run()):
        answer(seconds=seconds, result=result)


def answers(timed):
    set_threads()
    answer(versions=VERSIONS)
    for line in sys.stdin:
        yield timed(int(line))

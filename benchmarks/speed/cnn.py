"""How long does an epoch of a convolutional network take, next to Keras and PyTorch?

The residual and the plain network of skmed, with their default sizes, for images and
for signals: in skmed's compiled epoch, as the same Keras model in ``Model.fit``, and
built in PyTorch with as many weights. They take turns, in one run, with the same number
of threads.
"""

# first, since it sets the number of threads
from ._epochs import THREADS, time_epochs  # isort: skip

import numpy as np

from benchmarks._engine import cnn_network, complete_sizes
from benchmarks._run import Run, parse_arguments, peer_option, say

BATCH_SIZE, CLASSES = 32, 2
KINDS = {"images of 28 x 28": (28, 28), "signals of 140": (140,)}
ARCHITECTURES = ("resnet", "plain")


def samples(n, shape):
    """Return samples and classes; their values don't change the time."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, *shape, 1)).astype(np.float32)
    return x, np.arange(n, dtype=np.int32) % CLASSES


def torch_settings(architecture, shape):
    """Return the settings of the same network in PyTorch."""
    sizes = complete_sizes(architecture, len(shape))
    arguments = {
        "rank": len(shape),
        "sizes": shape,
        "filters": sizes.filters,
        "width": sizes.kernel_size,
        "pool_size": sizes.pool_size,
        "n_classes": CLASSES,
    }
    if architecture == "plain":
        (arguments["units"],) = sizes.dense_units
    return {"network": architecture, "arguments": arguments, "shape": (1, *shape)}


def main(argv=None):
    """Measure all networks."""
    options = parse_arguments(
        __doc__,
        argv,
        rounds={"type": int, "default": 5, "help": "turns of each; default: 5"},
        torch_python=peer_option("torch", "PyTorch"),
    )
    if not options.torch_python:
        say("PyTorch is left out: it needs --torch-python.")
    rounds, n = (1, 64) if options.smoke else (options.rounds, 640)
    kinds = {"images of 16 x 16": (16, 16)} if options.smoke else KINDS
    run = Run(
        "speed/cnn",
        "all",
        ("tensorflow", "keras", "numpy"),
        n_samples=n,
        batch_size=BATCH_SIZE,
        threads=THREADS,
        rounds=rounds,
    )
    for architecture in ARCHITECTURES:
        for kind, shape in kinds.items():
            networks = [cnn_network(architecture, shape, CLASSES) for _ in range(2)]
            variables = networks[0].trainable_variables
            n_weights = sum(int(np.prod(v.shape)) for v in variables)
            peer = None
            if options.torch_python:
                peer = options.torch_python, torch_settings(architecture, shape)
            case = f"{architecture}, {kind}, {n_weights} weights"
            data = samples(n, shape)
            others = time_epochs(run, case, networks, data, BATCH_SIZE, rounds, peer)
            assert set(others.values()) <= {n_weights}, (case, others)
    run.publish(options)


if __name__ == "__main__":
    main()

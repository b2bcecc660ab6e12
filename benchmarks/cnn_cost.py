"""What does an epoch of a convolutional network cost, next to plain Keras and PyTorch?

The residual and the plain network of skmed, with their default sizes, for images and
for signals: in skmed's compiled epoch, as the same Keras model in ``Model.fit``, and
built in PyTorch with as many weights. They take turns, in one run, with the same number
of threads.
"""

import keras
import numpy as np
from _epochs import HEADINGS, KERAS, OURS, THREADS, Keras, Ours, Peer, pytorch, race
from _report import environment, markdown_table, parse_arguments, publish

from skmed.cnn._architectures import complete_sizes, encode

ROWS, CLASSES, BATCH_SIZE = 640, 2, 32
KINDS = {"images of 28 x 28": (28, 28), "signals of 140": (140,)}
ARCHITECTURES = ("resnet", "plain")


def build(architecture, sizes):
    """Return the network, in Keras."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input((*sizes, 1))
    features = encode(inputs, architecture, {}, "relu", 0.0, 0.0)
    return keras.Model(inputs, keras.layers.Dense(CLASSES, "softmax")(features))


def rows(sizes):
    """Return rows and classes; what they are doesn't change the time."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(ROWS, *sizes, 1)).astype(np.float32)
    return x, rng.integers(0, CLASSES, ROWS).astype(np.int32)


def torch(python, architecture, sizes, threads):
    """Return a network with the same layers in another process."""
    own = complete_sizes(architecture, len(sizes))
    network = {
        "filters": own.filters,
        "width": own.kernel_size,
        "pool_size": own.pool_size,
        "n_classes": CLASSES,
    }
    if architecture == "plain":
        (network["units"],) = own.dense_units
    settings = {
        "architecture": architecture,
        "sizes": sizes,
        "network": network,
        "rows": ROWS,
        "batch_size": BATCH_SIZE,
        "threads": threads,
    }
    return Peer(python, "_peer_torch_cnn.py", settings)


def rivals_of(architecture, sizes, torch_python):
    """Return all that train one network, by name, and how many weights it has."""
    rivals = {
        name: rival(build(architecture, sizes), *rows(sizes), BATCH_SIZE)
        for name, rival in ((OURS, Ours), (KERAS, Keras))
    }
    variables = build(architecture, sizes).trainable_variables
    n_weights = sum(int(np.prod(v.shape)) for v in variables)
    for threads in (THREADS, 1) if torch_python else ():
        name = f"torch, {threads} thread{'s' * (threads > 1)}"
        rivals[name] = peer = torch(torch_python, architecture, sizes, threads)
        assert peer.n_weights == n_weights, (architecture, sizes, peer.n_weights)
    return rivals, n_weights


def main():
    """Measure and publish."""
    options = parse_arguments(
        __doc__,
        rounds={"type": int, "default": 5, "help": "of taking turns; default: 5"},
        torch_python={"help": "a Python with PyTorch; without, it is left out"},
    )
    passes, facts = [], []
    for architecture in ARCHITECTURES:
        for kind, sizes in KINDS.items():
            rivals, n_weights = rivals_of(architecture, sizes, options.torch_python)
            label = f"{architecture}, {kind}, {n_weights} weights"
            table, fact = race(label, rivals, options.rounds)
            passes += table
            facts.append(fact)
    text = [
        f"{ROWS} rows of 1 channel, batches of {BATCH_SIZE}, {THREADS} threads, Adam. "
        f"Medians of {options.rounds} rounds in which all took turns (least to "
        "greatest). Tracing and compiling come on top, once for an architecture."
        f"{pytorch(rivals.values())}",
        environment("skmed", "tensorflow", "keras", "numpy"),
        markdown_table([HEADINGS, *passes]),
        "\n".join(facts),
    ]
    publish(__file__, "\n\n".join(text), write=options.write)


if __name__ == "__main__":
    main()

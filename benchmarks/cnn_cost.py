"""What does an epoch of a convolutional network cost, next to plain Keras and PyTorch?

The residual and the plain network of skmed, with their default sizes, for images and
for signals: in skmed's compiled epoch, as the same Keras model in ``Model.fit``, and
built in PyTorch with as many weights. They take turns, in one run, with the same number
of threads.
"""

import keras
import numpy as np
from _epochs import (
    KERAS,
    OURS,
    THREADS,
    Keras,
    Ours,
    Peer,
    faster_than,
    in_ms,
    in_turn,
    seconds,
)
from _report import environment, markdown_table, parse_arguments, publish, say

from skmed.cnn._architectures import encode, sizes_of

ROWS, CLASSES, BATCH_SIZE = 640, 2, 32
KINDS = {"images of 28 x 28": (28, 28), "signals of 140": (140,)}
ARCHITECTURES = ("resnet", "plain")

# threads that spin for a while when they're done would slow the next one
_REST = 0.3


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


def torch(python, architecture, sizes):
    """Return a network with the same layers in another process."""
    own = sizes_of(architecture, len(sizes))
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
        "threads": THREADS,
    }
    return Peer(python, "_peer_torch_cnn.py", settings)


def compare(architecture, kind, rounds, torch_python):
    """Return the rows of one network, what they say, and PyTorch's version."""
    sizes, version = KINDS[kind], None
    network = build(architecture, sizes)
    n_weights = sum(int(np.prod(v.shape)) for v in network.trainable_variables)
    rivals = {
        name: rival(build(architecture, sizes), *rows(sizes), BATCH_SIZE)
        for name, rival in ((OURS, Ours), (KERAS, Keras))
    }
    if torch_python:
        rivals["torch"] = peer = torch(torch_python, architecture, sizes)
        version, n_there = peer.answer
        assert n_there == n_weights, (architecture, kind, n_there, n_weights)
    first = {name: seconds(rival.train) for name, rival in rivals.items()}
    for rival in rivals.values():
        rival.predict()
    train = in_turn({n: r.train for n, r in rivals.items()}, rounds, _REST)
    predict = in_turn({n: r.predict for n, r in rivals.items()}, rounds, _REST)
    if torch_python:
        peer.close()
    label, table = f"{architecture}, {kind}", []
    for name in rivals:
        start = f"{max(0.0, first[name] - np.median(train[name])):.1f}"
        table.append(
            [f"{label}: {name}", in_ms(train[name]), in_ms(predict[name]), start]
        )
        say(" | ".join(table[-1]))
    fact = f"- {label}, {n_weights} weights: skmed trains {faster_than(train)}."
    return table, fact, version


def main():
    """Measure and publish."""
    options = parse_arguments(
        __doc__,
        rounds={"type": int, "default": 5, "help": "of taking turns; default: 5"},
        torch_python={"help": "a Python with PyTorch; without, it is left out"},
    )
    passes, facts, version = [], [], None
    for architecture in ARCHITECTURES:
        for kind in KINDS:
            table, fact, version = compare(
                architecture, kind, options.rounds, options.torch_python
            )
            passes += table
            facts.append(fact)
    peer = f" PyTorch {version} has a Python of its own." if version else ""
    head = ["network", "training epoch, ms", "prediction, ms", "first epoch, s more"]
    text = [
        f"{ROWS} rows of 1 channel, batches of {BATCH_SIZE}, {THREADS} threads, Adam. "
        f"Medians of {options.rounds} rounds in which all took turns (least to "
        f"greatest). A first epoch also traces and compiles.{peer}",
        environment("skmed", "tensorflow", "keras", "numpy"),
        markdown_table([head, *passes]),
        "\n".join(facts),
    ]
    publish(__file__, "\n\n".join(text), write=options.write)


if __name__ == "__main__":
    main()

"""One network in skmed's compiled epoch, in plain Keras and in PyTorch, in turn.

Import this before TensorFlow: it sets the number of threads.
"""

import os
from contextlib import ExitStack

# read by TensorFlow when it loads
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "2")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "2")

import numpy as np

from benchmarks._engine import CompiledEpochs
from benchmarks._measure import in_turn, seconds
from benchmarks.peers.keras_models import KerasEpochs
from benchmarks.peers.process import EpochsProcess

from ._views._epochs import KERAS, OURS

THREADS = int(os.environ["TF_NUM_INTRAOP_THREADS"])
# seconds: threads that spin for a while after their work would slow the next method
_REST = 0.3


def time_epochs(run, case, networks, data, batch_size, rounds, peer=None):
    """Let all methods train and predict in turn.

    Parameters
    ----------
    run : Run
        Where to record it.
    case : str
        Name of the network.
    networks : iterable of keras.Model
        The same network twice.
    data : tuple of ndarray
        Samples and classes.
    batch_size, rounds : int
        Samples in a batch, and turns of each method.
    peer : tuple of (str, dict), default=None
        A Python that has PyTorch, and the settings of ``EpochsProcess`` but for sizes.
    """
    methods = {
        name: method(network, *data, batch_size)
        for (name, method), network in zip(
            ((OURS, CompiledEpochs), (KERAS, KerasEpochs)), networks
        )
    }
    processes = {}
    with ExitStack() as stack:
        if peer is not None:
            python, settings = peer
            sizes = {
                "n_samples": len(data[0]),
                "n_classes": int(data[1].max()) + 1,
                "batch_size": batch_size,
            }
            for threads in dict.fromkeys((THREADS, 1)):
                name = f"torch, {threads} thread{'s' * (threads > 1)}"
                process = EpochsProcess(python, settings | sizes | {"threads": threads})
                processes[name] = stack.enter_context(process)
                run.peers |= process.greeting["packages"]
        rivals = methods | processes
        first = {n: seconds(r.train) + seconds(r.predict) for n, r in rivals.items()}
        train = in_turn({n: r.train for n, r in rivals.items()}, rounds, _REST)
        predict = in_turn({n: r.predict for n, r in rivals.items()}, rounds, _REST)
    for name in rivals:
        for passes in zip(train[name], predict[name]):
            milliseconds = (1e3 * value for value in passes)
            run.add(case, name, **dict(zip(("train", "predict"), milliseconds)))
        if name in methods:
            # what the first pass took beyond a later one
            later = np.median(train[name]) + np.median(predict[name])
            run.add(case, name, compile=max(0.0, first[name] - later))
    return {name: p.greeting["n_weights"] for name, p in processes.items()}

"""Sequences of unequal length for the benchmarks, as lists of arrays."""

import subprocess
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly

from skmed.datasets import load_physiotherapy

# from 50 to 12.5 steps per second
_EVERY = 4


def exercises():
    """Return recordings of a smartwatch, the exercise of each, and the person."""
    watch = load_physiotherapy()
    slower = [resample_poly(recording, 1, _EVERY) for recording in watch.data]
    return slower, watch.target, watch.groups


def vowels(python):
    """Return training and test utterances of nine speakers, with the speakers.

    Parameters
    ----------
    python : str
        A Python that has aeon, whose wheel holds the files.

    Returns
    -------
    list of (list of ndarray of shape (length_i, 12), ndarray)
        Each of the published split.
    """
    code = "import aeon.datasets; print(aeon.datasets.__path__[0])"
    done = subprocess.run(
        [python, "-c", code], check=True, capture_output=True, text=True
    )
    folder = Path(done.stdout.splitlines()[-1], "data", "JapaneseVowels")
    return [_read(folder / f"JapaneseVowels_{part}.ts") for part in ("TRAIN", "TEST")]


def _read(path):
    """Read sequences: a line each, channels between colons, the label last."""
    text = path.read_text(encoding="utf-8")
    _, _, lines = text.partition("@data\n")
    sequences, labels = [], []
    for line in lines.splitlines():
        *channels, label = line.split(":")
        values = [np.fromstring(channel, sep=",") for channel in channels]
        sequences.append(np.stack(values, axis=1))
        labels.append(label)
    return sequences, np.array(labels)

"""The worked examples, and what each of them hands to the table and the report.

A new example is a module with a function ``run(*, n_jobs, quick, random_state, say)``
that returns a `Result`, and one line in `EXAMPLES`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from time import perf_counter
from typing import Any

# Name on the command line -> the module that runs it, imported only then.
EXAMPLES = {
    "images": "skmed.demo._images",
    "drugs": "skmed.demo._drugs",
    "diagnoses": "skmed.demo._diagnoses",
    "exercises": "skmed.demo._exercises",
}


@dataclass(frozen=True)
class Row:
    """The scores of one model on one set of data."""

    model: str
    judged_on: str
    scores: dict[str, float]
    seconds: float
    chosen: bool = False


@dataclass(frozen=True)
class Picture:
    """A grey image, the probability that it was given and whether that was right."""

    image: Any
    truth: str
    probability: float
    correct: bool


@dataclass(frozen=True)
class Gallery:
    """Pictures under one caption."""

    caption: str
    positive: str  # what the probabilities are of
    pictures: list[Picture]


@dataclass(frozen=True)
class Plot:
    """A figure that is drawn only when a report asks for it."""

    caption: str
    alt: str
    draw: Callable  # takes matplotlib axes


@dataclass(frozen=True)
class Listing:
    """Lines of text under headings: a name, and pairs of a label and a text."""

    caption: str
    entries: list[tuple[str, list[tuple[str, str]]]]


@dataclass(frozen=True)
class Result:
    """What an example found out."""

    title: str
    source: str
    rows: list[Row]
    notes: list[str]
    exhibits: list[Gallery | Plot | Listing] = field(default_factory=list)


def timed(function, *args, **kwargs):
    """Call a function; return what it returns, and the seconds that it took."""
    start = perf_counter()
    return function(*args, **kwargs), perf_counter() - start


def run_example(name, **options):
    """Import and run one example."""
    return import_module(EXAMPLES[name]).run(**options)

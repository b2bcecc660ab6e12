"""Results of the examples, as the table and the report show them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Row:
    """Scores of one model on one data set."""

    model: str
    evaluated_on: str
    scores: dict[str, float]
    seconds: float
    chosen: bool = False


@dataclass(frozen=True)
class Picture:
    """A gray image with its label, predicted probability and correctness."""

    image: Any
    truth: str
    probability: float
    correct: bool


@dataclass(frozen=True)
class Gallery:
    """Pictures with a caption."""

    caption: str
    positive: str  # the class that the probabilities are of
    pictures: list[Picture]


@dataclass(frozen=True)
class Plot:
    """A plot with a caption, drawn only for a report."""

    caption: str
    alt: str
    draw: Callable  # takes matplotlib axes


@dataclass(frozen=True)
class Listing:
    """Lines of text under headings: per entry a name, and labels with texts."""

    caption: str
    entries: list[tuple[str, list[tuple[str, str]]]]


@dataclass(frozen=True)
class Result:
    """Title, data source, scores, notes and figures of an example."""

    title: str
    source: str
    rows: list[Row]
    notes: list[str]
    figures: list[Gallery | Plot | Listing] = field(default_factory=list)

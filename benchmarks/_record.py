"""The record of a benchmark: what was measured, on what, with which settings.

``results/<folder>/<script>.json`` holds one record::

    {
        "benchmark": "accuracy/signals",
        "runs": [
            {
                "part": "ECG200",
                "source": "measured",
                "environment": {
                    "date": "2026-11-25",
                    "cpu": "AMD EPYC",
                    "cores": 2,
                    "system": "Linux",
                    "python": "3.11.7",
                    "load": 1.4,
                    "packages": {"skmed": "0.1.0"},
                    "peers": {},
                },
                "settings": {"seeds": [0, 1, 2]},
                "rows": [
                    {
                        "case": "ECG200",
                        "method": "skmed",
                        "metric": "accuracy",
                        "unit": "fraction",
                        "values": [0.92, 0.91, 0.93],
                    }
                ],
            }
        ],
    }

A run whose source is "published table" was transcribed from a table whose raw values
were not kept. Its rows have a ``summary`` in place of ``values``, with the statistics
that the table states, as rounded there. Such a row with a ``reference`` is a published
comparison (a ratio or a difference) of a method with that reference.

``part`` names what can be measured again by itself. ``load`` is the load average before
the run, None if unknown or below 0.5. ``peers`` are packages of other Python
environments.
"""

import json
import math
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).with_name("results")

MEASURED, PUBLISHED = "measured", "published table"
STATISTICS = ("mean", "median", "min", "max", "sd", "n")
UNITS = {
    "accuracy": "fraction",
    "auc": "fraction",
    "average_precision": "fraction",
    "compile": "s",
    "count": "count",
    "cpu_seconds": "s",
    "error": "cells",
    "f1": "fraction",
    "first_call": "s",
    "first_fit": "s",
    "first_prediction": "s",
    "fits_per_minute": "1/min",
    "imports": "s",
    "jaccard": "fraction",
    "latency": "ms",
    "load": "s",
    "memory": "MB",
    "ndcg": "fraction",
    "predict": "ms",
    "r2": "fraction",
    "r2_annotated": "fraction",
    "recall": "fraction",
    "score": "fraction",
    "seconds": "s",
    "seconds_serve": "s",
    "speed": "notes/s",
    "step": "µs",
    "tokens": "1000 tokens/s",
    "train": "ms",
}

_ENVIRONMENT = {
    "date": str,
    "cpu": str,
    "cores": int,
    "system": str,
    "python": str,
    "load": (int, float, type(None)),
    "packages": dict,
    "peers": dict,
}
_RUN = {
    "part": str,
    "source": str,
    "environment": dict,
    "settings": dict,
    "rows": list,
}
_ROW = {"case": str, "method": str, "metric": str, "unit": str}


# ----- validation -----


def validate(record):
    """Check that a record follows the schema.

    Parameters
    ----------
    record : dict
        As read from a file.

    Returns
    -------
    dict
        The same.

    Raises
    ------
    ValueError
        If it doesn't; the message names the place.
    """
    _check_fields(record, {"benchmark": str, "runs": list}, "record")
    if not record["runs"]:
        raise ValueError("record.runs is empty.")
    parts = [run["part"] for run in record["runs"] if "part" in run]
    for part in parts:
        if parts.count(part) > 1:
            raise ValueError(f"record.runs has the part {part!r} more than once.")
    for i, run in enumerate(record["runs"]):
        _check_run(run, f"record.runs[{i}]")
    return record


def _check_fields(value, fields, place, optional=()):
    if not isinstance(value, dict):
        raise ValueError(f"{place} must be an object, got {value!r}.")
    for name, kind in fields.items():
        if name not in value:
            raise ValueError(f"{place} lacks {name!r}.")
        # bool is an int in Python
        if not isinstance(value[name], kind) or isinstance(value[name], bool):
            raise ValueError(f"{place}.{name} has a wrong type: {value[name]!r}.")
    unknown = sorted(set(value) - set(fields) - set(optional))
    if unknown:
        raise ValueError(f"{place} has unknown fields: {', '.join(unknown)}.")


def _check_run(run, place):
    _check_fields(run, _RUN, place)
    if run["source"] not in (MEASURED, PUBLISHED):
        raise ValueError(
            f"{place}.source must be {MEASURED!r} or {PUBLISHED!r}, got "
            f"{run['source']!r}."
        )
    environment = run["environment"]
    _check_fields(environment, _ENVIRONMENT, f"{place}.environment")
    try:
        date.fromisoformat(environment["date"])
    except ValueError as error:
        raise ValueError(f"{place}.environment.date: {error}.") from None
    for name in ("packages", "peers"):
        for package, version in environment[name].items():
            if not isinstance(version, str):
                raise ValueError(
                    f"{place}.environment.{name}.{package} must be a string, got "
                    f"{version!r}."
                )
    if not run["rows"]:
        raise ValueError(f"{place}.rows is empty.")
    seen = set()
    for i, row in enumerate(run["rows"]):
        _check_row(row, run["source"], f"{place}.rows[{i}]")
        key = tuple(row.get(n) for n in ("case", "method", "metric", "reference"))
        if key in seen:
            raise ValueError(f"{place}.rows[{i}] repeats {key}.")
        seen.add(key)


def _check_row(row, source, place):
    optional = ("values", "summary", "reference")
    _check_fields(row, _ROW, place, optional)
    if row["metric"] not in UNITS:
        raise ValueError(f"{place}.metric is unknown: {row['metric']!r}.")
    allowed = (UNITS[row["metric"]],)
    if "reference" in row:
        allowed += ("ratio",)
    if row["unit"] not in allowed:
        raise ValueError(
            f"{place}.unit must be {' or '.join(map(repr, allowed))}, got "
            f"{row['unit']!r}."
        )
    wanted, other = "values", "summary"
    if source == PUBLISHED:
        wanted, other = other, wanted
    elif "reference" in row:
        raise ValueError(f"{place}.reference is for runs of a published table.")
    if wanted not in row or other in row:
        raise ValueError(
            f"{place} of a run whose source is {source!r} must have {wanted!r} and "
            f"not {other!r}."
        )
    if source == MEASURED:
        values = row["values"]
        if not (isinstance(values, list) and values and all(map(_is_number, values))):
            raise ValueError(
                f"{place}.values must be a non-empty list of finite numbers, got "
                f"{values!r}."
            )
        return
    summary = row["summary"]
    if not (
        isinstance(summary, dict)
        and ("mean" in summary or "median" in summary)
        and set(summary) <= set(STATISTICS)
        and all(map(_is_number, summary.values()))
    ):
        raise ValueError(
            f"{place}.summary must have finite numbers named {', '.join(STATISTICS)}, "
            f"mean or median among them, got {summary!r}."
        )


def _is_number(value):
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
    )


# ----- files -----


def path_of(benchmark, suffix=".json"):
    """Return the path of a benchmark's record or, with ".svg", of its picture."""
    return RESULTS / f"{benchmark}{suffix}"


def load(benchmark):
    """Return a benchmark's record, validated."""
    path = path_of(benchmark)
    record = json.loads(path.read_text(encoding="utf-8"))
    try:
        return validate(record)
    except ValueError as error:
        raise ValueError(f"{path.relative_to(ROOT)}: {error}") from None


def save(record):
    """Write a record, replacing those runs of the file that have the same parts."""
    validate(record)
    path = path_of(record["benchmark"])
    runs = {}
    if path.is_file():
        runs = {run["part"]: run for run in load(record["benchmark"])["runs"]}
    runs |= {run["part"]: run for run in record["runs"]}
    whole = {"benchmark": record["benchmark"], "runs": list(runs.values())}
    path.parent.mkdir(exist_ok=True)
    path.write_text(dumps(whole), encoding="utf-8")
    return path


def dumps(record):
    """Return a record as JSON with a line for each row, to be read and compared."""
    rows = []

    def placeholder(row):
        rows.append(json.dumps(row, ensure_ascii=False))
        return f"<row {len(rows) - 1}>"

    runs = [
        run | {"rows": [placeholder(row) for row in run["rows"]]}
        for run in record["runs"]
    ]
    text = json.dumps(record | {"runs": runs}, indent=1, ensure_ascii=False)
    for i, row in enumerate(rows):
        text = text.replace(f'"<row {i}>"', row)
    return text + "\n"

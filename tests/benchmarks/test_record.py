"""The schema of records."""

import copy
import json

import pytest


@pytest.fixture
def schema(benchmark_module):
    return benchmark_module("_record")


@pytest.fixture
def record():
    environment = {
        "date": "2026-11-25",
        "cpu": "AMD EPYC",
        "cores": 2,
        "system": "Linux",
        "python": "3.11.7",
        "load": None,
        "packages": {"skmed": "0.1.0"},
        "peers": {},
    }
    row = {"case": "a", "method": "b", "metric": "accuracy", "unit": "fraction"}
    measured = {
        "part": "one",
        "source": "measured",
        "environment": environment,
        "settings": {},
        "rows": [row | {"values": [0.5, 1]}],
    }
    published = copy.deepcopy(measured) | {
        "part": "two",
        "source": "published table",
        "rows": [row | {"summary": {"mean": 0.5, "min": 0.4, "max": 0.6}}],
    }
    return {"benchmark": "accuracy/signals", "runs": [measured, published]}


def test_valid(schema, record):
    assert schema.validate(record) is record


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        ("benchmark", None, "record.benchmark has a wrong type: None"),
        ("runs", [], "record.runs is empty"),
        ("extra", 1, "record has unknown fields: extra"),
        ("runs.0.part", "two", "has the part 'two' more than once"),
        ("runs.0.source", "guessed", r"runs\[0\].source must be 'measured' or"),
        ("runs.0.environment.date", "yesterday", r"runs\[0\].environment.date"),
        ("runs.0.environment.cores", True, "cores has a wrong type: True"),
        ("runs.0.environment.packages", {"keras": 3}, "keras must be a string"),
        ("runs.0.rows", [], r"runs\[0\].rows is empty"),
        ("runs.0.rows.0.metric", "beauty", r"rows\[0\].metric is unknown: 'beauty'"),
        ("runs.0.rows.0.unit", "s", r"rows\[0\].unit must be 'fraction', got 's'"),
        ("runs.0.rows.0.values", [], "non-empty list of finite numbers"),
        ("runs.0.rows.0.values", [float("nan")], "non-empty list of finite numbers"),
        ("runs.0.rows.0.summary", {"mean": 1}, "'values' and not 'summary'"),
        ("runs.0.rows.0.reference", "c", "is for runs of a published table"),
        ("runs.1.rows.0.values", [1], "'summary' and not 'values'"),
        ("runs.1.rows.0.summary", {"min": 1}, "mean or median among them"),
    ],
)
def test_invalid(schema, record, place, value, message):
    *path, last = [int(key) if key.isdigit() else key for key in place.split(".")]
    inner = record
    for key in path:
        inner = inner[key]
    inner[last] = value
    with pytest.raises(ValueError, match=message):
        schema.validate(record)


def test_missing_and_repeated(schema, record):
    row = record["runs"][0]["rows"][0]
    record["runs"][0]["rows"].append(dict(row))
    with pytest.raises(ValueError, match=r"rows\[1\] repeats"):
        schema.validate(record)
    del record["runs"][0]["rows"][1], row["case"]
    with pytest.raises(ValueError, match=r"rows\[0\] lacks 'case'"):
        schema.validate(record)


def test_json_has_a_line_for_each_row(schema, record):
    text = schema.dumps(record)
    assert json.loads(text) == record
    assert sum('"metric"' in line for line in text.splitlines()) == 2


def test_saving_replaces_the_same_part_only(schema, record, monkeypatch, tmp_path):
    monkeypatch.setattr(schema, "RESULTS", tmp_path)
    schema.save(record)
    again = copy.deepcopy(record)
    del again["runs"][1]
    again["runs"][0]["rows"][0]["values"] = [0.25]
    schema.save(again)
    saved = schema.load("accuracy/signals")
    assert saved["runs"] == [again["runs"][0], record["runs"][1]]

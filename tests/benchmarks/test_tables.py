"""Cells of tables."""

import pytest


@pytest.fixture
def tables(benchmark_module):
    return benchmark_module("_tables")


@pytest.fixture
def results(tables):
    row = {"case": "c", "metric": "seconds", "unit": "s"}
    measured = [
        row | {"method": "ours", "values": [1.0, 2.0, 6.0]},
        row | {"method": "theirs", "values": [4.0, 4.0, 7.0]},
    ]
    published = [
        row | {"case": "d", "method": "ours", "summary": {"median": 1.1}},
        row | {"case": "d", "method": "theirs", "summary": {"median": 2.1}},
        row
        | {"case": "d", "method": "theirs", "reference": "ours", "unit": "ratio"}
        | {"summary": {"median": 2.0}},
    ]
    return tables.Results({"runs": [{"rows": measured}, {"rows": published}]})


def test_cells(tables, results):
    cell = results.cell("c", "ours", "seconds")
    assert tables.spread(cell, 1) == "3.0 (1.0 to 6.0)"
    assert tables.spread(cell, 1, "median") == "2.0 (1.0 to 6.0)"
    assert tables.spread(tables.summarize([2.0]), 2) == "2.00"
    assert tables.spread(results.cell("d", "ours", "seconds"), 1) == "1.1"
    assert tables.spread(results.cell("c", "nobody", "seconds")) == "-"


def test_comparisons_are_published_or_computed(results):
    assert results.ratio("c", "theirs", "ours", "seconds") == 2.0
    # 2.1 / 1.1 of rounded figures would be 1.9
    assert results.ratio("d", "theirs", "ours", "seconds") == 2.0
    assert results.difference("c", "theirs", "ours", "seconds") == 2.0
    paired = results.paired("c", "theirs", "ours", "seconds")
    assert (paired["min"], paired["max"]) == (1.0, 3.0)
    assert results.ratio("c", "nobody", "ours", "seconds") is None


def test_comparisons_are_no_methods(results):
    assert results.methods("d") == ["ours", "theirs"]
    assert results.cases() == ["c", "d"]


def test_environments_are_listed_once(tables):
    environment = {
        "date": "2026-11-25",
        "cpu": "AMD EPYC",
        "cores": 1,
        "system": "Linux",
        "python": "3.11.7",
        "load": None,
        "packages": {"skmed": "0.1.0"},
        "peers": {"torch": "2.13.0"},
    }
    one = {"part": "one", "environment": environment}
    two = {"part": "two", "environment": environment | {"cores": 2, "load": 1.4}}
    assert tables.environments([one]) == (
        "- Python 3.11.7, skmed 0.1.0; in another Python: torch 2.13.0\n"
        "- 2026-11-25; AMD EPYC, 1 core; Linux"
    )
    *_, first, second, load = tables.environments([one, two]).splitlines()
    assert first == "- 2026-11-25; AMD EPYC, 1 core; Linux: one"
    assert second == "- 2026-11-25; AMD EPYC, 2 cores; Linux; load average 1.4: two"
    assert "load average" in load

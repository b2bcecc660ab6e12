"""Records as tables: cells, comparisons, machines and versions, in Markdown."""

import statistics
from itertools import groupby

_MISSING = "-"


class Results:
    """Read access to all runs of a record.

    Parameters
    ----------
    record : dict
        A valid record.
    """

    def __init__(self, record):
        self.runs = record["runs"]
        self._rows = {
            (row["case"], row["method"], row["metric"], row.get("reference")): row
            for run in self.runs
            for row in run["rows"]
        }

    def settings(self, part=None):
        """Return the settings of a part, or those of the first run."""
        for run in self.runs:
            if part in (None, run["part"]):
                return run["settings"]
        raise KeyError(part)

    def parts(self):
        """Return the names of the parts."""
        return [run["part"] for run in self.runs]

    def cases(self, metric=None):
        """Return the cases in their order; only those with a metric, if given."""
        keys = (key for key in self._rows if metric in (None, key[2]))
        return list(dict.fromkeys(case for case, *_ in keys))

    def methods(self, case=None, metric=None):
        """Return the methods in their order, of one case or metric if given."""
        return list(
            dict.fromkeys(
                key[1]
                for key in self._rows
                if key[3] is None
                and case in (None, key[0])
                and metric in (None, key[2])
            )
        )

    def metrics(self, case):
        """Return the metrics of a case."""
        return {key[2] for key in self._rows if key[0] == case}

    def cell(self, case, method, metric):
        """Return statistics by name, or None if nothing was measured."""
        row = self._rows.get((case, method, metric, None))
        if row is None:
            return None
        return row["summary"] if "summary" in row else summarize(row["values"])

    def values(self, case, method, metric):
        """Return raw values."""
        return self._rows[case, method, metric, None]["values"]

    def center(self, case, method, metric, statistic="mean"):
        """Return the mean or median of a cell, whichever of them is known."""
        cell = self.cell(case, method, metric)
        return None if cell is None else _center(cell, statistic)

    def ratio(self, case, method, reference, metric):
        """Return the median of a method divided by that of a reference."""
        return self._compare(
            *(case, method, reference, metric, "median"), lambda a, b: a / b
        )

    def difference(self, case, method, reference, metric):
        """Return the mean of a method less that of a reference."""
        return self._compare(
            *(case, method, reference, metric, "mean"), lambda a, b: a - b
        )

    def paired(self, case, method, reference, metric):
        """Return statistics of the differences, measurement by measurement."""
        published = self._published(case, method, reference, metric)
        if published is not None:
            return published
        pairs = zip(*(self.values(case, n, metric) for n in (method, reference)))
        return summarize([a - b for a, b in pairs])

    def _published(self, case, method, reference, metric):
        # computed before its parts were rounded for publication
        row = self._rows.get((case, method, metric, reference))
        return None if row is None else row["summary"]

    def _compare(self, case, method, reference, metric, statistic, combine):
        published = self._published(case, method, reference, metric)
        if published is not None:
            return published[statistic]
        both = [
            self.center(case, name, metric, statistic) for name in (method, reference)
        ]
        return None if None in both else combine(*both)


def _center(cell, statistic):
    # published tables state one of the two
    other = "median" if statistic == "mean" else "mean"
    return cell.get(statistic, cell.get(other))


def summarize(values):
    """Return the statistics of values."""
    return {
        "mean": statistics.fmean(values),
        "median": statistics.median(values),
        "min": min(values),
        "max": max(values),
        "sd": statistics.stdev(values) if len(values) > 1 else None,
        "n": len(values),
    }


# ----- cells -----


def number(value, digits, sign=False):
    """Format one number, "-" if it is None."""
    return _MISSING if value is None else f"{value:{'+' * sign}.{digits}f}"


def spread(cell, digits=3, statistic="mean"):
    """Format "mean (min to max)", or the mean alone of one value."""
    if cell is None:
        return _MISSING
    center = number(_center(cell, statistic), digits)
    if "min" not in cell or cell.get("n") == 1:
        return center
    return f"{center} ({number(cell['min'], digits)} to {number(cell['max'], digits)})"


def markdown_table(rows):
    """Write rows of text, the first of them headings, as a Markdown table."""
    head, *body = rows
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def methods_table(results, case, columns, first="model", statistic="mean"):
    """Write a table with a line for each method of a case.

    Parameters
    ----------
    results : Results
        Of a record.
    case : str
        The case.
    columns : dict of str to (str, int)
        Heading and digits after the point, by metric; metrics that the case lacks are
        left out.
    first : str
        Heading of the methods.
    statistic : {"mean", "median"}
        What stands before the range.
    """
    measured = results.metrics(case)
    columns = {name: column for name, column in columns.items() if name in measured}
    rows = [[first, *(heading for heading, _ in columns.values())]]
    for method in results.methods(case):
        rows.append([method])
        for metric, (_, digits) in columns.items():
            cell = results.cell(case, method, metric)
            rows[-1].append(spread(cell, digits, statistic))
    return markdown_table(rows)


# ----- machines and versions -----


def environments(runs):
    """List the machines and versions, each once, with the parts measured there."""
    lines = []
    by_versions = _grouped(runs, _versions)
    for versions, group in by_versions.items():
        lines.append(f"- {versions}")
        machines = _grouped(group, _machine)
        for machine, some in machines.items():
            parts = ", ".join(run["part"] for run in some)
            one = len(machines) == len(by_versions) == 1
            lines.append(f"- {machine}" if one else f"- {machine}: {parts}")
    if any(run["environment"]["load"] is not None for run in runs):
        lines.append(
            "- Other work shared the cores where a load average is given: seconds are "
            "indicative."
        )
    return "\n".join(lines)


def _grouped(runs, key):
    groups = {}
    for name, some in groupby(runs, key):
        groups.setdefault(name, []).extend(some)
    return groups


def _versions(run):
    environment = run["environment"]

    def listed(packages):
        return ", ".join(f"{name} {version}" for name, version in packages.items())

    text = f"Python {environment['python']}, {listed(environment['packages'])}"
    if environment["peers"]:
        text += f"; in another Python: {listed(environment['peers'])}"
    return text


def _machine(run):
    environment = run["environment"]
    cores = environment["cores"]
    text = (
        f"{environment['date']}; {environment['cpu']}, {cores} core{'s' * (cores > 1)};"
        f" {environment['system']}"
    )
    if environment["load"] is not None:
        text += f"; load average {environment['load']:.1f}"
    return text


def seeds(results):
    """Name the seeds of the first run."""
    numbers = results.settings()["seeds"]
    return f"Seed{'s' * (len(numbers) > 1)} {', '.join(map(str, numbers))}"

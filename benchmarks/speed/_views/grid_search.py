"""Tables of speed/grid_search.py."""

from benchmarks._pictures import Panel
from benchmarks._tables import markdown_table, number, spread

OURS, SCIKERAS, KERAS, SKORCH = "skmed", "scikeras", "keras.wrappers", "skorch"
SEARCHES, TINY, JOBS = ("text bag", "CNN", "LSTM"), "tiny", "n_jobs"
# methods of the comparison of processes
ONE, TWO = "n_jobs=1", "n_jobs=2"


def table(results):
    """Write the tables of the parts that were measured."""
    parts = []
    cases = [case for case in SEARCHES if case in results.cases("score")]
    if cases:
        parts.append(_searches(results, cases))
    if TINY in results.cases():
        parts.append(_tiny(results))
    if JOBS in results.parts():
        parts.append(_jobs(results))
    return "\n\n".join(parts)


def _searches(results, cases):
    settings = results.settings(cases[0])
    shapes = [f"- {case}: {results.settings(case)['data']}." for case in cases]
    rows = [["search", "seconds", "imports, s", "peak MB", "best score"]]
    ratios = []
    for case in cases:
        for method in results.methods(case, "score"):
            cells = (
                spread(results.cell(case, method, metric), 1, "median")
                for metric in ("seconds", "imports")
            )
            peak = number(results.center(case, method, "memory", "median"), 0)
            score = results.cell(case, method, "score")
            best = f"{score['mean']:.3f} ± {number(score['sd'], 3)} ({score['n']})"
            rows.append([f"{case}, {method}", *cells, peak, best])
            if method != OURS:
                ratio = results.ratio(case, method, OURS, "seconds")
                gain = results.difference(case, OURS, method, "score")
                ratios.append(
                    f"- {case}: {ratio:.1f} times as fast as {method}; best score "
                    f"{gain:+.3f}, where one standard deviation of {method} is "
                    f"{number(score['sd'], 3)}."
                )
    return "\n\n".join(
        [
            f"GridSearchCV with {settings['n_folds']} folds and refit, "
            f"{settings['epochs']} epochs, batches of {settings['batch_size']}, Adam. "
            "Seconds are of `GridSearchCV.fit` in a fresh process, tracing and "
            "compiling included, imports excluded: medians of "
            f"{len(settings['seeds'])} (min to max), in turn. Best score: mean "
            "cross-validated accuracy, over seeds of the model, ± standard deviation "
            "(number of seeds, of which there are more than timed runs).",
            "\n".join(shapes),
            markdown_table(rows),
            "\n".join(ratios),
        ]
    )


def _tiny(results):
    settings = results.settings(TINY)
    heading = ["a tiny network", "first fit, s", "fits per minute"]
    heading += ["one-row `predict`, ms", "unpickled: load + first row, s"]
    rows = [[*heading, "memory growth, MB"]]
    for method in results.methods(TINY):
        first, rate, latency, load, predict, memory = (
            results.center(TINY, method, metric)
            for metric in (
                *("first_fit", "fits_per_minute", "latency", "load"),
                *("first_prediction", "memory"),
            )
        )
        n_fits = settings["n_fits"][method]
        rows.append(
            [
                method,
                number(first, 2),
                number(rate, 0),
                number(latency, 2),
                f"{number(load, 2)} + {number(predict, 2)}",
                f"{number(memory, 1)} over {n_fits}",
            ]
        )
    return "\n\n".join(
        [
            "### Many small fits",
            f"Dense 8 on {settings['data']}, {settings['epochs']} epochs. Fits per "
            "minute and growth of resident memory after the first four fits; the "
            f"median of {settings['n_predictions']} predictions after ten. Then, in a "
            "fresh process after its imports, the seconds to unpickle a fitted "
            "estimator, and to predict one row with it.",
            markdown_table(rows),
        ]
    )


def _jobs(results):
    rows = [["skmed, seconds", f"`{ONE}`", f"`{TWO}`", "gain"]]
    for case in results.cases("seconds"):
        if ONE in results.methods(case):
            one, two = (results.center(case, n, "seconds") for n in (ONE, TWO))
            gain = results.ratio(case, ONE, TWO, "seconds")
            rows.append([case, *(number(value, 1) for value in (one, two, gain))])
    return "\n\n".join(
        [
            f"### Does `{TWO}` pay?",
            "With loky, on the same cores. Each worker process imports TensorFlow and "
            "compiles for itself, and keeps both for the next search.",
            markdown_table(rows),
        ]
    )


def summary(results):
    """Write the table of the project's README."""
    methods = [OURS, SCIKERAS, SKORCH]
    rows = [["grid search", *methods]]
    for case in SEARCHES:
        medians = (results.center(case, n, "seconds", "median") for n in methods)
        rows.append(
            [case, *(_seconds(median) for median in medians)],
        )
    return markdown_table(rows)


def _seconds(value):
    return number(value, 1) + " s" * (value is not None)


def panels(results):
    """Return the parts of the picture."""
    return [
        Panel(f"{case}: seconds of a search", case, "seconds", "median", 1)
        for case in SEARCHES
        if case in results.cases("score")
    ]


def is_ours(method):
    """Whether a method is skmed's."""
    return method == OURS

"""Tables of speed/recommend.py."""

from benchmarks._tables import methods_table

CASE, IMPLICIT = "interactions", "bare implicit"
COLUMNS = {
    "seconds": ("fit, s", 1),
    "seconds_serve": ("lists, s", 1),
    "memory": ("memory, MB", 0),
}


def table(results):
    """Write a line for each run, and the ratios."""
    settings = results.settings()
    ratios = []
    for method in results.methods(CASE):
        if method != IMPLICIT:
            times = ", ".join(
                f"{name} {results.ratio(CASE, method, IMPLICIT, metric):.2f}"
                for metric, name in zip(COLUMNS, ("fit", "lists", "memory"))
            )
            ratios.append(f"- {method}, as a multiple of {IMPLICIT}: {times}.")
    return "\n\n".join(
        [
            f"{settings['n_patients']} patients, {settings['n_items']} items, "
            f"{settings['n_interactions']} interactions; {settings['n_components']} "
            f"components, {settings['max_iter']} iterations, {settings['threads']} "
            f"threads; {settings['rounds']} rounds in turn, mean (min to max). Lists "
            f"of {settings['k']} for all patients, each folded in as new. Memory is "
            "the peak of resident memory beyond that of the table and of what was "
            "imported.",
            methods_table(results, CASE, COLUMNS, first="run"),
            "\n".join(ratios),
        ]
    )

"""Tables of speed/optimizer_step.py."""

from benchmarks._tables import markdown_table, number

KERAS, COMPILED = "Keras", "compiled"


def table(results):
    """Write a line for each number of weights."""
    settings = results.settings()
    rows = [["weights", "Keras, µs", "compiled, µs", "more for the first call, s"]]
    for case in results.cases():
        steps = (results.center(case, n, "step", "median") for n in (KERAS, COMPILED))
        more = results.difference(case, COMPILED, KERAS, "first_call")
        rows.append([case, *(number(step, 0) for step in steps), number(more, 2)])
    return (
        f"Adam, one matrix {settings['width']} wide and three biases; looked up: "
        f"{settings['n_lookups']} rows per step, some of them often. Medians of "
        f"{settings['rounds']} loops of {settings['steps']} steps. skmed compiles from "
        f"{settings['threshold']:,} weights on.\n\n{markdown_table(rows)}"
    )

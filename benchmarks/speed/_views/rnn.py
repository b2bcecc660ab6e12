"""Tables of speed/rnn.py."""

from benchmarks._tables import markdown_table, number, spread

from ._epochs import passes


def table(results):
    """Write a line for each network and method, and one for each way to run a layer."""
    settings = results.settings()
    text = [
        f"Sequences of 1 channel, {settings['units']} units, batches of "
        f"{settings['batch_size']}, {settings['threads']} threads. Medians of "
        f"{settings['rounds']} rounds in turn (min to max)."
    ]
    if results.cases("train"):
        text += [
            f"{settings['n_samples']} sequences. Tracing and compiling come on top, "
            "once for an architecture. Masked: sequences end after half of the time "
            "steps or later.",
            *passes(results),
        ]
    if results.cases("step"):
        text += ["### Ways to run one layer", *_ways(results)]
    return "\n\n".join(text)


def _ways(results):
    ways = [["way", "µs per step", "first call, s"]]
    for case in results.cases("step"):
        for method in results.methods(case, "step"):
            step = spread(results.cell(case, method, "step"), 0, "median")
            first = number(results.center(case, method, "first_call"), 1)
            ways.append([f"{case}: {method}", step, first])
    return (
        "One batch, forward and backward: microseconds per time step, and the seconds "
        "of the first call.",
        markdown_table(ways),
    )

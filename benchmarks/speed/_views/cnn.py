"""Tables of speed/cnn.py."""

from ._epochs import passes


def table(results):
    """Write a line for each network and method."""
    settings = results.settings()
    times, ratios = passes(results)
    return (
        f"{settings['n_samples']} samples of 1 channel, batches of "
        f"{settings['batch_size']}, {settings['threads']} threads, Adam. Medians of "
        f"{settings['rounds']} rounds in turn (min to max). Tracing and compiling come "
        f"on top, once for an architecture.\n\n{times}\n\n{ratios}"
    )

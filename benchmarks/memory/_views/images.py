"""Tables of memory/images.py."""

from benchmarks._tables import methods_table

CASE = "images"
COLUMNS = {
    "memory": ("peak MB", 0),
    "seconds": ("seconds, fit and predict", 1),
    "accuracy": ("accuracy", 3),
}


def table(results):
    """Write a line for each way to pass the data."""
    settings = results.settings()
    return (
        f"{settings['n_samples']} grey images of {settings['side']} x "
        f"{settings['side']}, a file of {settings['file_megabytes']:.0f} MB; one epoch "
        "of a network with 4 and 8 filters, then a prediction of all images. Memory is "
        "the peak of resident memory beyond that after a fit and a prediction of 256 "
        "images; pages of the file that the process has touched count. The array and "
        "the memory map give the same weights, bit for bit.\n\n"
        f"{methods_table(results, CASE, COLUMNS, first='data')}"
    )

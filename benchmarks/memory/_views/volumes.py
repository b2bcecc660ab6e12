"""Tables of memory/volumes.py."""

from benchmarks._tables import methods_table

CASE = "volumes"
COLUMNS = {
    "memory": ("peak MB", 0),
    "seconds": ("seconds per fit", 1),
    "accuracy": ("accuracy", 3),
}


def table(results):
    """Write a line for each way to pass the data."""
    settings = results.settings()
    size, epochs = settings["side"], settings["epochs"]
    return (
        f"{settings['n_samples']} volumes of {size} x {size} x {size} voxels, int16, a "
        f"file of {settings['file_megabytes']:.0f} MB; {epochs} "
        f"epoch{'s' * (epochs > 1)} of a residual network with 4 and 8 filters, "
        f"accuracy on {settings['n_test']} other volumes (half have a nodule). Memory "
        "is the peak of resident memory in the fit beyond that after a fit of 64 "
        "volumes; pages of the file that the process has touched count. Both ways give "
        "the same weights, bit for bit.\n\n"
        f"{methods_table(results, CASE, COLUMNS, first='data')}"
    )

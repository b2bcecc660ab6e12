"""The real data of the benchmarks, as arrays."""

import numpy as np
from _report import data_path


def chest_xrays():
    """Return training, validation and test images of PneumoniaMNIST, with labels."""
    with np.load(data_path("pneumoniamnist", "pneumoniamnist.npz")) as file:
        return [
            (file[f"{part}_images"], file[f"{part}_labels"].ravel())
            for part in ("train", "val", "test")
        ]


def blood_cells():
    """Return the cells of BCCD, their classes and the smears that they are from."""
    with np.load(data_path("bccd_cells", "bccd_cells_32x32.npz")) as file:
        return file["X"], file["y"], file["image_id"]


def blood_smears():
    """Return whole smears of BCCD, how many red cells each has, and its number."""
    with np.load(data_path("bccd_cells", "bccd_counts_96x128.npz")) as file:
        red = [i for i, name in enumerate(file["count_names"]) if name == "RBC"]
        return file["X"], file["counts"][:, red[0]], file["image_id"]


def signals(name):
    """Return training and test signals of a set of the UCR archive, with labels."""
    with np.load(data_path("ucr_physio", f"{name}.npz")) as file:
        return [(file[f"X_{part}"], file[f"y_{part}"]) for part in ("train", "test")]


def heartbeats():
    """Return early and late beats of nine records, labelled by record."""
    with np.load(data_path("mitbih_beats", "mitbih_9records_beats.npz")) as file:
        early = file["r_sample"] < 325_000
        X, y = file["X"], file["record"]
    return [(X[early], y[early]), (X[~early], y[~early])]

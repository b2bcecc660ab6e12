"""How accurate are the text estimators, beside tf-idf and a linear model?

Sentences of case reports that tell of an adverse drug effect (the ADE corpus, divided
by report), official wordings of diagnoses to their chapter (ICD-10-CM, divided by
category), and short descriptions of symptoms to one of 24 diseases. All rows of a table
have the same splits and the same measure, and positive sentences are as important as
all others together in every model that can weigh them. The settings were chosen on one
split, by report or category, of the training part of the first fold, that of symptoms
in three folds of it. The CNN and the RNN begin with GloVe's vectors.
"""

import re
import sys

import numpy as np
from _data import adverse_effects, diagnoses, glove, symptoms
from _report import (
    Figures,
    Stopwatch,
    by_environment,
    environment,
    keep,
    markdown_table,
    parse_arguments,
    publish,
    say,
)
from sklearn.ensemble import VotingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, average_precision_score, f1_score
from sklearn.model_selection import GroupKFold, StratifiedKFold
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from skmed.text import NLTKTokenizer, TextClassifier


def simple(note):
    """Return words and marks; "cisplatin-induced" is three of them."""
    return re.findall(r"\w+|[^\w\s]", note.lower())


BAG = {
    "tokenizer": NLTKTokenizer(stemmer=None),
    "dense_units": (),
    "ngram_range": (1, 3),
    "subword_range": (3, 5),
    "n_hash": 2**14,
}
# many classes and many rows
FAST = {
    **BAG,
    "embedding_dim": 64,
    "word_dropout": 0.3,
    "dropout": 0.5,
    "batch_size": 256,
    "learning_rate": 3e-3,
}
BALANCED = {"class_weight": "balanced"}
THREE = "TextClassifier, bag, CNN and RNN"


def linear(model, **keywords):
    """Return a linear model of counted words."""
    return lambda seed: make_pipeline(TfidfVectorizer(), model(**keywords))


def parts_of_words(seed):
    """Return a linear model of what the bag counts."""
    damped = {"sublinear_tf": True}
    words = TfidfVectorizer(ngram_range=(1, 3), min_df=2, **damped)
    parts = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=3, **damped)
    model = LinearSVC(C=0.1, **BALANCED)
    return make_pipeline(make_union(words, parts), model)


def network(**setting):
    """Return a text classifier, by its seed."""
    return lambda seed: TextClassifier(random_state=seed, **setting)


def bag_cnn_and_rnn(seed):
    """Return three kinds of network, whose probabilities are averaged."""
    bag = {
        **BAG,
        "tokenizer": simple,
        "embedding_dim": 32,
        "word_dropout": 0.3,
        "dropout": 0.5,
        "batch_size": 128,
        "learning_rate": 3e-3,
        "epochs": 3,
    }
    ordered = {
        "tokenizer": simple,
        "embeddings": glove(),
        "max_length": 64,
        "dense_units": (),
        "dropout": 0.5,
        "batch_size": 64,
    }
    cnn = {
        **ordered,
        "architecture": "cnn",
        "subword_range": None,
        "kernel_sizes": (2, 3, 4, 5),
        "filters": 64,
        "word_dropout": 0.1,
        "epochs": 8,
        "n_ensemble": 2,
    }
    rnn = {
        **ordered,
        "architecture": "rnn",
        "subword_range": (3, 5),
        "n_hash": 2**14,
        "word_dropout": 0.2,
        "epochs": 5,
    }
    settings = {"bag": bag, "CNN": cnn, "RNN": rnn}
    members = [(k, network(**v, **BALANCED)(seed)) for k, v in settings.items()]
    return VotingClassifier(members, voting="soft")


BASELINES = {
    "tf-idf, LogisticRegression": linear(LogisticRegression, max_iter=1000),
    "tf-idf, LinearSVC": linear(LinearSVC),
}
ADVERSE = "adverse drug effects"
COLUMNS = {
    "f1": "F1 of the positive class",
    "precision": "average precision",
    "accuracy": "accuracy",
}
TASKS = {
    ADVERSE: (
        adverse_effects,
        {
            **BASELINES,
            "tf-idf, LogisticRegression, balanced": linear(
                LogisticRegression, max_iter=1000, **BALANCED
            ),
            "tf-idf, LinearSVC, balanced": linear(LinearSVC, **BALANCED),
            "TextClassifier, defaults, balanced": network(**BALANCED),
            "tf-idf of words and parts of words, LinearSVC, balanced": parts_of_words,
            THREE: bag_cnn_and_rnn,
        },
    ),
    "diagnoses to chapters": (
        diagnoses,
        {
            **BASELINES,
            "TextClassifier, defaults": network(),
            "TextClassifier, bag": network(**FAST, epochs=8),
        },
    ),
    "symptoms to diseases": (
        symptoms,
        {
            **BASELINES,
            "TextClassifier, defaults": network(),
            "TextClassifier, label smoothing": network(label_smoothing=0.1),
        },
    ),
}


def folds(y, groups, seed):
    """Return training and test rows: by group where there are groups."""
    if groups:
        return GroupKFold(3).split(y, groups=groups[0])
    return StratifiedKFold(5, shuffle=True, random_state=seed).split(y, y)


def scores(model, X, y):
    """Return the measures of one fitted model on one fold."""
    predicted = model.predict(X)
    if set(np.unique(y)) != {0, 1}:
        return {"accuracy": accuracy_score(y, predicted)}
    sure = getattr(model, "decision_function", None) or model.predict_proba
    sure = sure(X)
    sure = sure if sure.ndim == 1 else sure[:, 1]
    return {
        "f1": f1_score(y, predicted),
        "precision": average_precision_score(y, sure),
    }


def members(model):
    """Return the fitted parts of an average, by the names of their rows."""
    parts = getattr(model, "named_estimators_", {})
    return {f"TextClassifier, {name} alone": part for name, part in parts.items()}


def measure(task, seeds, rows):
    """Cross-validate all rows of a task; return one figure per seed."""
    load, models = TASKS[task]
    X, y, *groups = load()
    figures = Figures()
    for name, make in models.items():
        if rows and not any(row in name for row in rows):
            continue
        # the splits of the two tables by group are always the same
        fixed = name.startswith("tf-idf") and groups
        for seed in seeds[:1] if fixed else seeds:
            each = {}
            for train, test in folds(y, groups, seed):
                with Stopwatch() as clock:
                    model = make(seed).fit(X[train], y[train])
                for row, part in {name: model, **members(model)}.items():
                    found = scores(part, X[test], y[test])
                    each.setdefault(row, []).append(found)
                    say(f"{row}: {found}")
                each[name][-1]["seconds"] = clock.seconds
            for row, found in each.items():
                figures.add(
                    row, **{key: np.mean([f[key] for f in found]) for key in found[0]}
                )
    return figures


def tables(records):
    """Write a table for each task that was measured."""
    columns = {name: (text, 3) for name, text in COLUMNS.items()}
    columns["seconds"] = ("seconds per fit", 1)
    parts = []
    for task in filter(records.get, TASKS):
        cells = records[task]["cells"]
        measured = {column for row in cells.values() for column in row}
        chosen = {name: text for name, text in columns.items() if name in measured}
        seeds = ", ".join(map(str, records[task]["seeds"]))
        parts += [
            f"### {task.capitalize()}",
            f"Seeds {seeds}.",
            Figures(cells).table(**chosen),
        ]
    return parts


def headline(records):
    """Write the table of the project's README."""
    rows = [["", "tf-idf, LinearSVC", "TextClassifier, defaults", "setting chosen"]]
    for task in filter(records.get, TASKS):
        figures = Figures(records[task]["cells"])
        *_, chosen = TASKS[task][1]
        weighted, measure = "", "accuracy"
        if task == ADVERSE:
            weighted, measure = ", balanced", "f1"
        names = [f"{name}{weighted}" for name in rows[0][1:3]] + [chosen]
        measured = (f"{figures.mean(name, measure):.3f}" for name in names)
        rows.append([f"{task}, {COLUMNS[measure]}", *measured])
    return markdown_table(rows)


def main():
    """Measure the tasks asked for, and publish all that were measured."""
    options = parse_arguments(
        __doc__,
        tasks={"nargs": "+", "choices": TASKS, "default": list(TASKS)},
        rows={"nargs": "+", "help": "only those whose names have one of these"},
    )
    if options.write and options.rows:
        sys.exit("Tables are published whole; leave out --rows or --write.")
    packages = ("skmed", "tensorflow", "keras", "scikit-learn", "nltk", "numpy")
    for task in options.tasks:
        figures = measure(task, options.seeds, options.rows)
        if not figures.rows():
            sys.exit(f"No row of {task!r} has such a name.")
        record = {
            "environment": environment(*packages),
            "seeds": options.seeds,
            "cells": figures.cells(),
        }
        records = keep(__file__, task, record) if options.write else {task: record}
        text = [
            "Mean over the folds, and over the seeds (least to greatest).",
            by_environment(records),
            *tables(records),
        ]
        top = headline(records) if options.write else None
        publish(__file__, "\n\n".join(text), write=options.write, headline=top)


if __name__ == "__main__":
    main()

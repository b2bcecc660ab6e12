"""Bad input gets one sentence that names the fix, trains nothing, changes nothing."""

import contextlib
import re
from dataclasses import dataclass, field

import keras
import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils._param_validation import InvalidParameterError

from skmed import CNNClassifier, CNNEncoder, CNNRegressor
from skmed._keras.estimators import fitting

NAN, INF = np.nan, np.inf
N_SAMPLES, N_FEATURES = 12, 6
X = np.random.default_rng(0).normal(size=(N_SAMPLES, N_FEATURES))
SIGNALS = X.reshape(N_SAMPLES, 3, 2)
NAMED = pd.DataFrame(X, columns=list("abcdef"))
CLASSES = np.arange(N_SAMPLES) % 2
NUMBERS = X @ np.arange(N_FEATURES)
LABELS = np.stack([CLASSES, 1 - CLASSES, np.arange(N_SAMPLES) // 2 % 2], axis=1)
ONES = np.ones(N_SAMPLES)
COLUMNS = np.arange(3)

# a network of one's own has no sizes
NO_SIZES = {"filters": None, "dense_units": None}
SMALL = {"filters": (2,), "dense_units": (), "epochs": 1, "random_state": 0}
# name -> a new estimator, and what its fit is given where a case says nothing else
ESTIMATORS = {
    "classifier": (CNNClassifier(**SMALL), X, CLASSES),
    "multilabel": (CNNClassifier(**SMALL), X, LABELS),
    "of signals": (CNNClassifier(**SMALL), SIGNALS, CLASSES),
    "of images": (CNNClassifier(image_shape=(3, 2), **SMALL), X, CLASSES),
    "of a frame": (CNNClassifier(**SMALL), NAMED, CLASSES),
    "regressor": (CNNRegressor(**SMALL), X, NUMBERS),
    "encoder": (CNNEncoder(n_components=2, **SMALL), X, None),
    "supervised": (
        CNNEncoder(n_components=2, objective="classification", **SMALL),
        X,
        CLASSES,
    ),
}


def at(value, array=X, dtype=float):
    """Return the array with one value replaced."""
    array = np.array(array, dtype=dtype)
    array.flat[-2] = value
    return array


def ragged():
    rows = np.empty(N_SAMPLES, dtype=object)
    rows[:] = [row[: 1 + i % 3] for i, row in enumerate(X)]
    return rows


def returns_its_input(inputs):
    return inputs


def returns_nothing(inputs):
    pass


def returns_numbers(inputs):
    return np.ones((3, 4))


def flattens_an_unknown_size(inputs):
    return keras.ops.reshape(inputs, (1, -1))


def raises(inputs):
    raise RuntimeError("No such layer.\nMore of it.")


@dataclass(frozen=True)
class Case:
    """A call that must fail.

    Parameters
    ----------
    what : str
        What is wrong.
    target : str
        Estimator and method; "new" before it for an estimator that isn't fitted.
    says : tuple of str
        What the sentence must hold: the argument and the fix.
    arguments : dict
        What the method is given besides ``ESTIMATORS``.
    parameters : dict
        What is set before.
    error : type
        What is raised.
    """

    what: str
    target: str
    says: tuple
    arguments: dict
    parameters: dict = field(default_factory=dict)
    error: type | tuple = (ValueError, TypeError)

    def __str__(self):
        given = ", ".join([*self.arguments, *self.parameters])
        return f"{self.target}({given}): {self.what}"

    @property
    def estimator(self):
        return self.target.rpartition(".")[0]

    @property
    def method(self):
        return self.target.rpartition(".")[2]

    @property
    def is_new(self):
        return self.estimator.startswith("new ")


def bad(what, target, *says, parameters=None, error=(ValueError, TypeError), **given):
    return Case(what, target, says, given, parameters or {}, error)


BAD_X = [
    bad("NaN", "classifier.fit", "X contains NaN", "SimpleImputer", X=at(NAN)),
    bad("NaN", "regressor.fit", "X contains NaN", "SimpleImputer", X=at(NAN)),
    bad("NaN", "encoder.fit", "X contains NaN", "SimpleImputer", X=at(NAN)),
    bad("NaN", "classifier.partial_fit", "X contains NaN", X=at(NAN)),
    bad("NaN", "classifier.predict", "X contains NaN", "SimpleImputer", X=at(NAN)),
    bad("NaN", "encoder.transform", "X contains NaN", "SimpleImputer", X=at(NAN)),
    bad("None", "classifier.fit", "X contains NaN", X=at(None, dtype=object)),
    bad("infinity", "classifier.fit", "X contains infinity", "clip", X=at(-INF)),
    bad("infinity", "encoder.transform", "X contains infinity", "clip", X=at(INF)),
    bad("beyond float32", "classifier.fit", "X contains", "float32", X=at(1e39)),
    bad("beyond float32", "regressor.predict", "X contains", "float32", X=at(1e39)),
    bad("variance beyond float32", "classifier.fit", "X", "rescale", X=X * 1e25),
    bad("variance below float32", "encoder.fit", "X", "rescale", X=X * 1e-25),
    bad("no rows", "classifier.fit", "X is an array with 0 sample", X=X[:0], y=[]),
    bad("no rows", "classifier.predict", "X is an array with 0 sample", X=X[:0]),
    bad("no columns", "classifier.fit", "X is an array with 0 feature", X=X[:, :0]),
    bad("no steps", "classifier.fit", "X of shape", "at least", X=SIGNALS[:, :0]),
    bad("no channels", "encoder.fit", "X of shape", "at least", X=SIGNALS[:, :, :0]),
    bad("0-D", "classifier.fit", "for X", "Reshape", X=3.0),
    bad("missing", "classifier.fit", "for X", "Reshape", X=None),
    bad("1-D", "classifier.fit", "for X", "Reshape", X=X[:, 0]),
    bad("1-D", "encoder.fit", "for X", "Reshape", X=X[0]),
    bad("1-D", "classifier.predict", "for X", "Reshape", X=X[0]),
    bad("1-D", "of images.predict", "for X", "Reshape", X=X[0]),
    bad(
        "6-D", "classifier.fit", "X has 6 axes", "must", X=X.reshape(12, 1, 1, 1, 2, 3)
    ),
    bad("6-D", "encoder.fit", "X has 6 axes", "must", X=X.reshape(12, 1, 1, 1, 2, 3)),
    bad("text", "classifier.fit", "X must hold numbers", X=np.full((12, 6), "a")),
    bad("digits as text", "classifier.fit", "X must hold numbers", X=X.astype(str)),
    bad("bytes", "regressor.fit", "X must hold numbers", X=X.astype("S8")),
    bad("one text", "classifier.fit", "X must hold numbers", X=at("a", dtype=object)),
    bad("one text", "of images.fit", "X must hold numbers", X=at("a", dtype=object)),
    bad("one dict", "classifier.fit", "X must hold numbers", X=at({}, dtype=object)),
    bad("a string", "classifier.fit", "X must hold numbers", X="chest pain"),
    bad("a dict", "encoder.fit", "X must hold numbers", X={"a": 1}),
    bad("text", "classifier.predict", "X must hold numbers", X=[["a"] * 6]),
    bad("a text column", "of a frame.fit", "X must hold", X=NAMED.assign(a="x")),
    bad(
        "a date column",
        "of a frame.fit",
        "X must hold numbers",
        X=NAMED.assign(a=pd.Timestamp("2020-01-01")),
    ),
    bad("dates", "regressor.fit", "X must hold", "first", X=X.astype("M8[D]")),
    bad("complex", "classifier.fit", "Complex data", "in X", "give real", X=X + 1j),
    bad("sparse", "classifier.fit", "X", "toarray", X=csr_matrix(X)),
    bad("sparse", "of images.fit", "X", "toarray", X=csr_matrix(X)),
    bad("sparse", "encoder.transform", "X", "toarray", X=csr_matrix(X)),
    bad("ragged list", "classifier.fit", "X must be one array", X=[[1, 2], [1]] * 6),
    bad("ragged list", "of images.fit", "X must be one array", X=[[1, 2], [1]] * 6),
    bad("array of arrays", "classifier.fit", "X must be one array", X=ragged()),
    bad(
        "grey images without image_shape",
        "classifier.fit",
        "grey images",
        "pass image_shape=(3, 2)",
        X=SIGNALS.astype(np.uint8),
    ),
    bad("fewer rows than y", "classifier.fit", "X and y", "same number", X=X[:11]),
    bad("fewer features", "classifier.predict", "X has 5 features", X=X[:, :5]),
    bad("fewer features", "classifier.partial_fit", "X has 5 features", X=X[:, :5]),
    bad("fewer features", "encoder.transform", "X has 5 features", X=X[:, :5]),
    bad("another rank", "regressor.predict", "X has 3 features", X=SIGNALS),
    bad(
        "another length",
        "of signals.predict",
        "X has 2 features",
        X=X.reshape(12, 2, 3),
    ),
    bad(
        "more channels",
        "of signals.predict",
        "X has rows of shape (3, 3)",
        "(3, 2)",
        X=np.ones((12, 3, 3)),
    ),
    bad(
        "renamed column",
        "of a frame.predict",
        "names should match",
        X=NAMED.rename(columns={"a": "z"}),
    ),
    bad(
        "columns in another order",
        "of a frame.predict",
        "same order",
        X=NAMED[list("bacdef")],
    ),
    bad(
        "renamed column",
        "of a frame.partial_fit",
        "names should match",
        X=NAMED.rename(columns={"a": "z"}),
    ),
    bad("wrong width", "encoder.inverse_transform", "X must hold codes", "(n, 2)", X=X),
    bad("1-D", "encoder.inverse_transform", "for X", "Reshape", X=[1.0, 2.0]),
    bad("NaN", "encoder.inverse_transform", "X contains NaN", X=[[NAN, 1]]),
    bad("beyond float32", "encoder.inverse_transform", "X contains", X=[[1e39, 1]]),
    bad("text", "encoder.inverse_transform", "X must hold numbers", X=[["a", "b"]]),
    bad(
        "supervised",
        "supervised.inverse_transform",
        "inverse_transform",
        error=AttributeError,
        X=X[:, :2],
    ),
    bad(
        "not learned",
        "supervised.inverse_transform",
        "not fitted",
        error=NotFittedError,
        parameters={"objective": "reconstruction"},
        X=X[:, :2],
    ),
    bad("no predict", "encoder.predict", "predict", error=AttributeError, X=X),
]

BAD_IMAGE_SHAPE = [
    bad(
        what,
        target,
        *says,
        parameters={"image_shape": shape} if shape else {},
        **given,
    )
    for what, target, shape, says, given in [
        ("too small", "classifier.fit", (2, 2), ("has 4 values", "X", "make"), {}),
        ("too small", "classifier.fit", (2, 2), ("has 4", "make"), {"X": X.tolist()}),
        (
            "axes exchanged",
            "of images.fit",
            None,
            ("isn't rows of image_shape=(3, 2)", "make the axes agree"),
            {"X": X.reshape(12, 2, 3)},
        ),
        (
            "axes exchanged",
            "of images.predict",
            None,
            ("isn't rows of image_shape=(3, 2)", "make the axes agree"),
            {"X": X.reshape(12, 2, 3)},
        ),
        (
            "other flat rows",
            "of images.predict",
            None,
            ("image_shape=(3, 2) has 6", "X of shape (12, 5)"),
            {"X": X[:, :5]},
        ),
        ("changed", "of images.predict", (2, 3), ("(2, 3, 1)", "(3, 2, 1)"), {}),
        ("changed", "of images.partial_fit", (2, 3), ("image_shape",), {}),
    ]
]

BAD_Y = [
    bad("missing", "classifier.fit", "y", "requires y to be passed", y=None),
    bad("missing", "regressor.fit", "y", "requires y to be passed", y=None),
    bad("missing", "supervised.fit", "y", "requires y to be passed", y=None),
    bad("missing", "supervised.partial_fit", "requires y to be passed", y=None),
    bad("too short", "regressor.fit", "X and y", "same number", y=NUMBERS[:11]),
    bad("0-D", "classifier.fit", "y must have one entry per row", y=5),
    bad("a string", "classifier.fit", "y must have one entry per row", y="sick"),
    bad("3-D", "classifier.fit", "y must have one entry per row", y=LABELS[..., None]),
    bad("no columns", "regressor.fit", "y must have one entry", y=np.ones((12, 0))),
    bad("ragged", "classifier.fit", "y must be one array", y=[[0, 1], [1]] * 6),
    bad("NaN", "classifier.fit", "y contains NaN", "leave", y=at(NAN, CLASSES)),
    bad("NaN", "regressor.fit", "y contains NaN", "leave", y=at(NAN, NUMBERS)),
    bad("NaN", "multilabel.fit", "y contains NaN", "leave", y=at(NAN, LABELS)),
    bad("infinity", "regressor.fit", "y contains infinity", "clip", y=at(INF, NUMBERS)),
    bad("beyond float32", "regressor.fit", "y has", "rescale", y=at(1e39, NUMBERS)),
    bad("beyond squaring", "regressor.fit", "y has", "rescale", y=at(1e300, NUMBERS)),
    bad("None", "regressor.fit", "y has missing", y=at(None, NUMBERS, object)),
    bad("None", "classifier.fit", "y holds objects", y=at(None, CLASSES, object)),
    bad("None among text", "classifier.fit", "y mixes text", y=["a", "b", None] * 4),
    bad("NaN among text", "classifier.fit", "y mixes text", y=["a", "b", NAN] * 4),
    bad(
        "missing in a text column",
        "classifier.fit",
        "y",
        "leave",
        y=pd.Series(["a", "b", None] * 4, dtype="str"),
    ),
    bad("text and int", "classifier.fit", "y mixes text", "make", y=["a", 1] * 6),
    bad(
        "int and text",
        "classifier.fit",
        "y mixes text",
        "make",
        y=at("a", CLASSES, object),
    ),
    bad(
        "bytes",
        "classifier.fit",
        "y holds bytes",
        y=np.array([b"a", b"b"] * 6),
    ),
    bad("text", "regressor.fit", "y must hold numbers", y=["a", "b"] * 6),
    bad("dates", "regressor.fit", "y must hold numbers", y=NUMBERS.astype("M8[D]")),
    bad(
        "text",
        "encoder.fit",
        "y must hold numbers",
        parameters={"objective": "regression"},
        y=["a", "b"] * 6,
    ),
    bad("complex", "regressor.fit", "Complex data", "in y", y=NUMBERS + 1j),
    bad("continuous", "classifier.fit", "y is continuous", "regressor", y=NUMBERS),
    bad("continuous", "supervised.fit", "y is continuous", "objective=", y=NUMBERS),
    bad("multi-output", "classifier.fit", "MultiOutputClassifier", y=LABELS + COLUMNS),
    bad(
        "no indicator",
        "classifier.fit",
        "y has several columns",
        "0 and 1",
        y=2 * LABELS,
    ),
    bad(
        "no indicator",
        "multilabel.fit",
        "y has several columns",
        "0 and 1",
        y=1 + LABELS,
    ),
    bad("one class", "classifier.fit", "y has one class", "two", y=np.zeros(12, int)),
    bad("one class", "classifier.fit", "one class only, 'a'", y=["a"] * 12),
    bad("one class", "supervised.fit", "y has one class", "two", y=np.ones(12)),
    bad("one row", "classifier.fit", "y has one class", "two", X=X[:1], y=[0]),
    bad(
        "one class with a weight",
        "classifier.fit",
        "y has one class only, 1",
        "weight",
        sample_weight=CLASSES,
    ),
    bad(
        "negative counts",
        "regressor.fit",
        "y has negative",
        "use loss=",
        parameters={"loss": "poisson"},
        y=-np.abs(NUMBERS),
    ),
    bad(
        "negative counts",
        "encoder.fit",
        "y has negative",
        "use loss=",
        parameters={"loss": "poisson", "objective": "regression"},
        y=-np.abs(NUMBERS),
    ),
    bad("unknown label", "classifier.partial_fit", "y has the labels 2", y=CLASSES + 1),
    bad("unknown label", "supervised.partial_fit", "y has the labels 2", y=CLASSES + 1),
    bad(
        "unknown label",
        "classifier.fit",
        "y has the labels 2",
        "leave those rows out",
        parameters={"warm_start": True},
        y=CLASSES + 1,
    ),
    bad(
        "labels of another kind",
        "classifier.partial_fit",
        "labels '0', '1'",
        "classes 0, 1",
        y=CLASSES.astype(str),
    ),
    bad("an indicator", "classifier.partial_fit", "y should be a 1d array", y=LABELS),
    bad("no indicator", "multilabel.partial_fit", "y must be", "(n, 3)", y=CLASSES),
    bad("fewer labels", "multilabel.partial_fit", "(n, 3)", y=LABELS[:, :2]),
    bad(
        "more targets",
        "regressor.partial_fit",
        "y must have 1 target",
        y=np.stack([NUMBERS, NUMBERS], axis=1),
    ),
]

BAD_CLASSES = [
    bad("missing", "new classifier.partial_fit", "classes must be passed"),
    bad("one", "new classifier.partial_fit", "classes must", "two", classes=[0]),
    bad("none", "new classifier.partial_fit", "classes must", "two", classes=[]),
    bad("a number", "new classifier.partial_fit", "classes must", classes=2),
    bad("a string", "new classifier.partial_fit", "classes must", classes="01"),
    bad("2-D", "new classifier.partial_fit", "classes must", classes=[[0, 1]]),
    bad("NaN", "new classifier.partial_fit", "classes contains", classes=[0, NAN]),
    bad("None", "new classifier.partial_fit", "classes holds", classes=[None, 1]),
    bad("mixed", "new classifier.partial_fit", "classes mixes", classes=[0, "1"]),
    bad("continuous", "new classifier.partial_fit", "classes is", classes=[0.5, 1.5]),
    bad("text", "new classifier.partial_fit", "y has the labels", classes=["0", "1"]),
    bad(
        "too few",
        "new classifier.partial_fit",
        "y has the labels 1",
        "list them in classes=",
        classes=[0, 2],
    ),
    bad(
        "not the columns",
        "new multilabel.partial_fit",
        "classes must be 0, 1, 2",
        classes=[0, 1],
    ),
    bad(
        "changed",
        "classifier.partial_fit",
        "classes must be 0, 1",
        "leave classes out",
        classes=[0, 1, 2],
    ),
    bad(
        "of another kind",
        "classifier.partial_fit",
        "classes must be 0, 1",
        classes=["0", "1"],
    ),
]

BAD_WEIGHTS = [
    bad(
        what,
        f"{target}.fit",
        "sample_weight",
        *says,
        sample_weight=weight,
    )
    for what, target, says, weight in [
        ("negative", "classifier", ("negative", "zero or more"), at(-1, ONES)),
        ("negative", "encoder", ("negative", "zero or more"), -ONES),
        ("a negative number", "regressor", ("negative",), -1),
        ("all zero", "classifier", ("zero for all rows", "above zero"), 0 * ONES),
        ("NaN", "classifier", ("contains NaN", "leave"), at(NAN, ONES)),
        ("infinity", "regressor", ("contains infinity",), at(INF, ONES)),
        ("too large", "classifier", ("float32", "rescale"), 1e300 * ONES),
        ("too small", "classifier", ("float32", "rescale"), 1e-300 * ONES),
        ("too short", "classifier", ("one weight per row", "(12,)"), ONES[:11]),
        ("2-D", "classifier", ("one weight per row", "(12,)"), np.ones((12, 2))),
        ("text", "classifier", ("must hold numbers",), ["a"] * 12),
        ("a string", "regressor", ("must hold numbers",), "balanced"),
        ("complex", "classifier", ("Complex",), ONES + 1j),
        ("sparse", "classifier", ("toarray",), csr_matrix(ONES)),
    ]
]

BAD_CLASS_WEIGHT = [
    bad(
        what, f"{target}.fit", "class_weight", *says, parameters={"class_weight": given}
    )
    for what, target, says, given in [
        ("unknown class", "classifier", ("[5]", "classes 0, 1"), {5: 1.0}),
        ("class as text", "classifier", ("['0']", "classes 0, 1"), {"0": 1.0}),
        ("negative", "classifier", ("zero or more",), {0: -1.0}),
        ("NaN", "classifier", ("finite",), {0: NAN}),
        ("infinity", "classifier", ("finite",), {0: INF}),
        ("text", "classifier", ("finite",), {0: "a"}),
        ("None", "classifier", ("finite",), {0: None}),
        ("beyond float32", "classifier", ("rescale",), {0: 1e300}),
        ("one class left", "classifier", ("two classes or more",), {0: 0.0}),
        ("no class left", "classifier", ("two classes or more",), {0: 0.0, 1: 0.0}),
        ("a list", "classifier", ("must be a dict",), [{0: 1.0}]),
        ("a dict", "multilabel", ("list with one dict",), {0: 1.0}),
        ("too short", "multilabel", ("list with one dict",), [{0: 1.0}]),
        ("a list of text", "multilabel", ("must be a dict",), ["a", "b", "c"]),
        ("unknown value", "multilabel", ("[5]",), [{0: 1.0}, {1: 1.0}, {5: 1.0}]),
        ("negative", "multilabel", ("zero or more",), [{0: 1.0}, {}, {1: -1.0}]),
        ("no row left", "multilabel", ("zero for all rows",), [{0: 0.0, 1: 0.0}] * 3),
    ]
]

BAD_GROUPS = [
    bad(what, f"{target}.fit", "groups", *says, groups=groups, parameters=parameters)
    for what, target, says, groups, parameters in [
        ("too short", "classifier", ("one patient per row",), ONES[:11], {}),
        ("2-D", "regressor", ("one patient per row",), np.ones((12, 2)), {}),
        ("a number", "encoder", ("one patient per row",), 3, {}),
        ("None", "classifier", ("without None",), [None, "a"] * 6, {}),
        ("NaN", "classifier", ("without None",), at(NAN, ONES), {}),
        ("text and int", "regressor", ("without None",), at(1, ["a"] * 12, object), {}),
        (
            "one patient",
            "regressor",
            ("one patient only", "X_val"),
            ONES,
            {"early_stopping": True},
        ),
        (
            "a class in one patient",
            "classifier",
            ("losing a class", "X_val"),
            CLASSES,
            {"early_stopping": True},
        ),
    ]
]

BAD_EARLY_STOPPING = [
    bad(
        what,
        f"{target}.fit",
        "early_stopping",
        f"validation_fraction={fraction}",
        "give more rows",
        parameters={"early_stopping": True, "validation_fraction": fraction},
        **given,
    )
    for what, target, fraction, given in [
        ("one row", "regressor", 0.1, {"X": X[:1], "y": NUMBERS[:1]}),
        ("one row", "encoder", 0.1, {"X": X[:1]}),
        ("one row", "multilabel", 0.1, {"X": X[:1], "y": LABELS[:1]}),
        ("one row per class", "classifier", 0.1, {"X": X[:2], "y": CLASSES[:2]}),
        ("a class of one row", "classifier", 0.2, {"y": [0] * 11 + [1]}),
        ("a class lost", "classifier", 0.8, {"y": [0] * 10 + [1] * 2}),
        ("less than a row per class", "classifier", 0.01, {}),
        ("nothing left to train on", "regressor", 0.999, {}),
        (
            "one row with a weight",
            "regressor",
            0.1,
            {"sample_weight": at(1, np.zeros(12))},
        ),
    ]
]

VALID = {"X_val": X, "y_val": CLASSES}
BAD_VALIDATION = [
    bad(what, f"{target}.fit", *says, **{**VALID, **given})
    for what, target, says, given in [
        ("no y_val", "classifier", ("X_val needs y_val",), {"y_val": None}),
        ("no X_val", "classifier", ("y_val", "need X_val"), {"X_val": None}),
        ("no X_val", "encoder", ("y_val", "need X_val"), {"X_val": None}),
        (
            "weights only",
            "regressor",
            ("sample_weight_val", "need X_val"),
            {"X_val": None, "y_val": None, "sample_weight_val": ONES},
        ),
        (
            "fewer features",
            "classifier",
            ("X_val", "X has 5 features"),
            {"X_val": X[:, :5]},
        ),
        ("fewer features", "encoder", ("X_val", "5 features"), {"X_val": X[:, :5]}),
        ("another rank", "classifier", ("X_val", "3 features"), {"X_val": SIGNALS}),
        ("NaN", "classifier", ("X_val", "X contains NaN"), {"X_val": at(NAN)}),
        ("no rows", "classifier", ("X_val", "0 sample"), {"X_val": X[:0], "y_val": []}),
        ("too few y_val", "classifier", ("X_val", "same number"), {"y_val": [0, 1]}),
        ("unknown label", "classifier", ("y_val", "labels 2"), {"y_val": CLASSES + 1}),
        ("text", "classifier", ("y_val", "labels"), {"y_val": CLASSES.astype(str)}),
        ("continuous", "classifier", ("y_val", "continuous"), {"y_val": NUMBERS}),
        ("NaN", "regressor", ("y_val", "contains NaN"), {"y_val": at(NAN, NUMBERS)}),
        ("more targets", "regressor", ("y_val", "1 target"), {"y_val": LABELS}),
        ("fewer labels", "multilabel", ("y_val", "(n, 3)"), {"y_val": LABELS[:, :2]}),
        ("no indicator", "multilabel", ("y_val", "(n, 3)"), {}),
        (
            "renamed column",
            "of a frame",
            ("X_val", "names should match"),
            {"X_val": NAMED.rename(columns={"a": "z"})},
        ),
        *(
            (what, "classifier", ("sample_weight_val", says), {"sample_weight_val": w})
            for what, says, w in [
                ("negative weights", "zero or more", -ONES),
                ("no weight", "zero for all rows", 0 * ONES),
                ("too few weights", "one weight per row", ONES[:3]),
            ]
        ),
    ]
]

BAD_COMBINATIONS = [
    *(
        bad(
            f"{getattr(architecture, '__name__', architecture)} has nothing to skip",
            "classifier.fit",
            "stochastic_depth",
            "architecture='resnet'",
            parameters={"stochastic_depth": 0.2, "architecture": architecture},
        )
        for architecture in ("plain", returns_its_input)
    ),
    *(
        bad(
            "of networks by name",
            "classifier.fit",
            f"{name} is of the networks by name",
            parameters={"architecture": returns_its_input, **NO_SIZES, name: value},
        )
        for name, value in {
            "filters": (2,),
            "depth": 1,
            "kernel_size": 3,
            "pool_size": 2,
            "pooling": "max",
            "dense_units": (),
            "dropout": 0.5,
        }.items()
    ),
    *(
        bad(f"augment {what}", target, *says, parameters={"augment": augment})
        for what, target, augment, says in [
            ("of images", "classifier.fit", "rotation", ("'rotation'", "signals")),
            ("of signals", "of images.fit", "warp", ("'warp'", "images")),
            (
                "misspelt",
                "classifier.fit",
                "nois",
                ("'nois'", "use some"),
            ),
            ("misspelt", "encoder.fit", {"nois": 0.1}, ("'nois'", "'noise'")),
            (
                "of no strength",
                "regressor.fit",
                {"noise": 0},
                ("'noise'", "above zero"),
            ),
            ("of text", "regressor.fit", {"noise": "a"}, ("'noise'", "above zero")),
        ]
    ),
    *(
        bad(
            "views without a change",
            "classifier.fit",
            "test_time_augmentation=3",
            "augment",
            parameters={"test_time_augmentation": 3, "augment": augment},
        )
        for augment in (None, ("cutout", "mixup"))
    ),
    *(
        bad(
            what,
            target,
            *says,
            parameters=parameters,
            **given,
        )
        for what, target, says, parameters, given in [
            *(
                (
                    f"{objective} by {loss}",
                    "encoder.fit",
                    (f"loss={loss!r}", f"objective={objective!r}", "use one of"),
                    {"objective": objective, "loss": loss},
                    {"y": CLASSES},
                )
                for objective, loss in [
                    ("reconstruction", "log_loss"),
                    ("reconstruction", "poisson"),
                    ("classification", "huber"),
                    ("regression", "focal"),
                ]
            ),
            *(
                (
                    f"architecture {architecture.__name__}",
                    "classifier.fit",
                    ("architecture", *says, "(batch, n_features)"),
                    {"architecture": architecture, **NO_SIZES},
                    {},
                )
                for architecture, *says in [
                    (returns_its_input, "must return", "(None, 6, 1)", "Flatten"),
                    (returns_nothing, "must return", "NoneType"),
                    (returns_numbers, "must return", "ndarray"),
                    (flattens_an_unknown_size, "must return", "(1, None)"),
                    (raises, "failed", "RuntimeError: No such layer"),
                    (int, "failed"),
                ]
            ),
            *(
                (
                    f"{name} changed",
                    f"{target}.{method}",
                    (name, "set it back"),
                    {name: value, "warm_start": True},
                    {},
                )
                for target, method, name, value in [
                    ("classifier", "fit", "filters", (3,)),
                    ("classifier", "partial_fit", "precision", "float64"),
                    ("regressor", "partial_fit", "normalize", None),
                    ("encoder", "fit", "n_components", 3),
                    ("supervised", "partial_fit", "objective", "reconstruction"),
                ]
            ),
            (
                "loss changed",
                "regressor.partial_fit",
                ("loss", "numbers", "set them back"),
                {"loss": "poisson"},
                {"y": np.abs(NUMBERS)},
            ),
        ]
    ),
]

NOT_FITTED = [
    bad(
        "not fitted",
        f"new {target}",
        "not fitted",
        "Call 'fit'",
        error=NotFittedError,
        **given,
    )
    for target, given in [
        ("classifier.predict", {}),
        ("classifier.predict_proba", {}),
        ("regressor.predict", {}),
        ("encoder.transform", {}),
        ("encoder.inverse_transform", {"X": X[:, :2]}),
        ("encoder.get_feature_names_out", {}),
    ]
]

# on an estimator that has learned nothing, nothing may be left behind either
NEW = [
    bad("NaN", "new classifier.fit", "X contains NaN", X=at(NAN)),
    bad("one class", "new classifier.fit", "one class", y=np.zeros(12, int)),
    bad("NaN", "new regressor.fit", "y contains NaN", y=at(NAN, NUMBERS)),
    bad("NaN in X_val", "new encoder.fit", "X_val", X_val=at(NAN)),
]

CASES = [
    *BAD_X,
    *BAD_IMAGE_SHAPE,
    *BAD_Y,
    *BAD_CLASSES,
    *BAD_WEIGHTS,
    *BAD_CLASS_WEIGHT,
    *BAD_GROUPS,
    *BAD_EARLY_STOPPING,
    *BAD_VALIDATION,
    *BAD_COMBINATIONS,
    *NOT_FITTED,
    *NEW,
]

# where scikit-learn's own words are more than one sentence
SCIKIT_LEARN = re.compile("names should match|Sparse data was passed")


def outputs(estimator, rows):
    for method in ("predict_proba", "predict", "transform"):
        if hasattr(estimator, method):
            return getattr(estimator, method)(rows)
    raise AssertionError(estimator)


@pytest.fixture(scope="module")
def fitted():
    """Each of ``ESTIMATORS``, fitted once."""
    for estimator, rows, y in ESTIMATORS.values():
        estimator.fit(rows, y)
    return {name: estimator for name, (estimator, *_) in ESTIMATORS.items()}


@pytest.fixture
def _no_training(monkeypatch):
    def train(*args, **kwargs):
        raise AssertionError("training has begun")

    monkeypatch.setattr(fitting, "train_network", train)


@contextlib.contextmanager
def restore_on_failure(estimator, **parameters):
    """Set parameters, and see that all else stays as it was, or is not there at all."""
    rows = next(rows for e, rows, _ in ESTIMATORS.values() if e is estimator)
    expected = outputs(estimator, rows)
    own = estimator.get_params()
    estimator.set_params(**parameters)
    before = dict(vars(estimator))
    weights = [v.numpy() for v in estimator.model_.variables]
    try:
        yield
        after = dict(vars(estimator))
    finally:
        estimator.set_params(**own)
    assert after.keys() == before.keys()
    assert all(after[name] is before[name] for name in before)
    for variable, weight in zip(estimator.model_.variables, weights, strict=True):
        np.testing.assert_array_equal(variable.numpy(), weight)
    np.testing.assert_array_equal(outputs(estimator, rows), expected)


def assert_one_sentence(error, says):
    message = str(error)
    for words in says:
        assert words in message
    own = not isinstance(error, InvalidParameterError | NotFittedError)
    if own and not SCIKIT_LEARN.search(message):
        assert "\n" not in message
        assert not re.search(r"[.!?] +[A-Z]", message)
        assert len(message) < 500


def arguments_of(case):
    """What the case's method is given: its own arguments, the rest valid."""
    _, rows, y = ESTIMATORS[case.estimator.removeprefix("new ")]
    usual = {"fit": {"X": rows, "y": y}, "get_feature_names_out": {}}
    usual["partial_fit"] = usual["fit"]
    return {**usual.get(case.method, {"X": rows}), **case.arguments}


@pytest.mark.usefixtures("_no_training")
@pytest.mark.parametrize("case", [case for case in CASES if not case.is_new], ids=str)
def test_bad_input(case, fitted):
    estimator = fitted[case.estimator]
    with (
        restore_on_failure(estimator, **case.parameters),
        pytest.raises(case.error) as raised,
    ):
        getattr(estimator, case.method)(**arguments_of(case))
    assert_one_sentence(raised.value, case.says)


@pytest.mark.usefixtures("_no_training")
@pytest.mark.parametrize("case", [case for case in CASES if case.is_new], ids=str)
def test_bad_input_to_a_new_estimator(case):
    estimator = clone(ESTIMATORS[case.estimator.removeprefix("new ")][0])
    before = dict(vars(estimator))
    with pytest.raises(case.error) as raised:
        getattr(estimator, case.method)(**arguments_of(case))
    assert_one_sentence(raised.value, case.says)
    assert vars(estimator) == before


@pytest.mark.usefixtures("_no_training")
@pytest.mark.parametrize("name", ESTIMATORS)
def test_good_input_is_trained_on(name, fitted):
    """The tests above would see a training; and it may fail without harm."""
    _, rows, y = ESTIMATORS[name]
    estimator = fitted[name]
    for method in (estimator.fit, estimator.partial_fit):
        with (
            restore_on_failure(estimator),
            pytest.raises(AssertionError, match="has begun"),
        ):
            method(rows, y)

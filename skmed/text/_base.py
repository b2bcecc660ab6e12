"""Text, the base class of the text estimators."""

import dataclasses
import os
from collections.abc import Callable
from numbers import Integral, Real
from typing import Literal

from sklearn.utils._param_validation import Interval, StrOptions

from skmed._keras.estimators.base import KerasEstimator
from skmed._keras.estimators.fitted import FittedAttribute
from skmed._keras.training.options import MinTraining
from skmed._parameters import ListOf, parameter, parameter_of

from . import _networks
from ._backbone import build_features, word_embedding
from ._indexing_parameters import IndexingParameters
from ._inputs import NotesInputs
from ._notes import NotesParameters
from ._reconstruction import HeldOutWords

_SIZE = Interval(Integral, 1, None, closed="left")
_FRACTION = Interval(Real, 0, 1, closed="left")

# more epochs overfit a small corpus
_MIN_TRAINING = MinTraining(epochs=3, steps=1000)
# parameter -> the architecture that it is for
_ARCHITECTURE_OF = {
    "filters": "cnn",
    "kernel_size": "cnn",
    "units": "rnn",
    "depth": "transformer",
    "n_heads": "transformer",
}


class Text(IndexingParameters, KerasEstimator):
    """Base class of the text estimators."""

    architecture: str | Callable = parameter(
        "{'bag', 'cnn', 'rnn', 'transformer'} or callable",
        """'bag' averages word vectors; with `ngram_range` and `subword_range` it is
        fastText (Joulin et al., 2017). 'cnn' is convolutions with max-pooling over
        words (Kim, 2014), 'rnn' is bidirectional LSTMs with attention (Yang et al.,
        2016), 'transformer' is a transformer encoder (Vaswani et al., 2017). Their
        features are concatenated with the mean vectors of n-grams and subwords. A
        callable gets a Keras tensor of shape ``(batch, words, dim)`` with padding
        masked, and returns features of shape ``(batch, n_features)``, to which the
        output layers are added.""",
        StrOptions({"bag", "cnn", "rnn", "transformer"}),
        callable,
        default="bag",
    )
    embedding_dim: int | None = parameter(
        "int or None",
        "Size of word vectors; None for 64, or that of `embeddings`.",
        _SIZE,
        None,
        default=None,
    )
    embeddings: object = parameter(
        "path, dict, tuple or None",
        """Initial word vectors: a GloVe or word2vec text file (also .gz), a dict of
        word to vector, or ``(array, words)``. Other words get random vectors. Most
        hyphenated words are among these, unless a custom `tokenizer` splits them:
        ``re.compile(r"\\w+|[^\\w\\s]").findall``.""",
        str,
        os.PathLike,
        dict,
        tuple,
        None,
        default=None,
    )
    train_embeddings: bool = parameter(
        "bool",
        "Whether word vectors are trained.",
        "boolean",
        default=True,
    )
    filters: tuple | None = parameter(
        "tuple of int or None",
        "Number of filters of each kernel size ('cnn' only); None for 100.",
        ListOf(_SIZE, 1),
        None,
        default=None,
    )
    kernel_size: tuple | None = parameter(
        "tuple of int or None",
        "Sizes of the convolutions in words ('cnn' only); None for (3, 4, 5).",
        ListOf(_SIZE, 1),
        None,
        default=None,
    )
    units: tuple | None = parameter(
        "tuple of int or None",
        "Units of each bidirectional LSTM layer ('rnn' only); None for (64,).",
        ListOf(_SIZE, 1),
        None,
        default=None,
    )
    depth: int | None = parameter(
        "int or None",
        "Number of encoder blocks ('transformer' only); None for 2.",
        _SIZE,
        None,
        default=None,
    )
    n_heads: int | None = parameter(
        "int or None",
        "Attention heads of each block ('transformer' only); None for 4.",
        _SIZE,
        None,
        default=None,
    )
    dense_units: tuple = parameter(
        "tuple of int",
        "Units of each dense layer before the output layer; ``()`` for none.",
        ListOf(_SIZE),
        default=(),
    )
    dropout: float = parameter(
        "float",
        "Dropout rate around dense layers, and in transformer blocks.",
        _FRACTION,
        default=0.0,
    )
    word_dropout: float = parameter(
        "float",
        "Fraction of the words dropped in training (Iyyer et al., 2015).",
        _FRACTION,
        default=0.0,
    )
    subword_range: tuple[int, int] | None = parameter_of(
        IndexingParameters, "subword_range", default=(3, 5)
    )
    max_length: int | None = parameter_of(IndexingParameters, "max_length", default=512)
    epochs: int | Literal["auto"] = parameter_of(
        KerasEstimator,
        "epochs",
        default="auto",
        doc=f"""Passes over the notes. 'auto' is {_MIN_TRAINING.epochs}, or more for
        small data sets: enough for {_MIN_TRAINING.steps} gradient steps.""",
    )
    missing: str = parameter_of(NotesParameters, "missing", default="warn")
    use_idf: bool = parameter(
        "bool",
        """Whether words are weighted by their inverse document frequency, as in
        TfidfTransformer. It is learned in fit and part of `model_`.""",
        "boolean",
        default=False,
    )

    vocabulary_ = FittedAttribute(
        "inputs.vocabulary",
        "dict of str to int",
        "Index of each word of the vocabulary. A model keeps no other text.",
    )
    n_features_in_ = FittedAttribute(
        "n_features_in", "int", "1: X is one column of notes."
    )
    feature_names_in_ = FittedAttribute(
        "feature_names_in",
        "ndarray of shape (1,)",
        "Name of the column, if X is a table.",
    )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        tags.input_tags.string = True
        return tags

    # ----- hooks -----

    def _check_parameters(self):
        for name, architecture in _ARCHITECTURE_OF.items():
            if getattr(self, name) is not None and self.architecture != architecture:
                raise ValueError(
                    f"{name} is of architecture={architecture!r}; use that "
                    f"architecture, or leave {name} at None."
                )
        sizes = self._sizes()
        if len(sizes.filters) != len(sizes.kernel_size):
            raise ValueError(
                f"filters has {len(sizes.filters)} numbers and kernel_size "
                f"{len(sizes.kernel_size)}; give one number of filters for each width."
            )
        if self.embeddings is not None and self.embedding_dim is not None:
            raise ValueError(
                "embeddings says how many numbers a vector has; leave embedding_dim at "
                "None."
            )

    def _make_inputs(self):
        names = [field.name for field in dataclasses.fields(IndexingParameters)]
        return NotesInputs(
            {name: getattr(self, name) for name in names},
            self.missing,
            self.use_idf,
            self.word_dropout,
            # a decoder has one output for each word of the vocabulary
            reserve=getattr(self, "objective", None) != "reconstruction",
        )

    def _min_training(self, inputs):
        return _MIN_TRAINING

    def _build_features(self, x, inputs):
        embedding = word_embedding(
            inputs,
            self.embedding_dim,
            self.embeddings,
            self.train_embeddings,
            inputs.seed,
        )
        return build_features(x, inputs, self.architecture, self._sizes(), embedding)

    def _make_reconstruction(self, inputs):
        return HeldOutWords(self.loss, inputs)

    def _sizes(self):
        kernel_size = self.kernel_size or (3, 4, 5)
        return _networks.Sizes(
            filters=self.filters or (100,) * len(kernel_size),
            kernel_size=kernel_size,
            units=self.units or (64,),
            depth=self.depth or 2,
            n_heads=self.n_heads or 4,
            dense_units=self.dense_units,
            dropout=self.dropout,
        )

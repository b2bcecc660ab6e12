"""Text: what the three text estimators share."""

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

# with more passes a network memorises a small corpus
_MIN_TRAINING = MinTraining(epochs=3, steps=1000)
# parameters of one architecture each
_ARCHITECTURE_OF = {
    "filters": "cnn",
    "kernel_size": "cnn",
    "units": "rnn",
    "depth": "transformer",
    "n_heads": "transformer",
}


class Text(NotesParameters, IndexingParameters, KerasEstimator):
    """What the three text estimators share."""

    architecture: str | Callable = parameter(
        "{'bag', 'cnn', 'rnn', 'transformer'} or callable",
        """'bag' averages the vectors of a note's words; with `ngram_range` and
        `subword_range` it is fastText (Joulin et al., 2017). 'cnn' takes the maximum of
        convolutions over words (Kim, 2014), 'rnn' reads in both directions and averages
        by learned weights (Yang et al., 2016), 'transformer' is an encoder (Vaswani et
        al., 2017). N-grams and subwords are averaged beside any of them. A callable
        gets a Keras tensor of shape ``(batch, words, dim)``, masked where a note has
        ended, and returns features of shape ``(batch, n_features)``; the layers that
        make the prediction are added.""",
        StrOptions({"bag", "cnn", "rnn", "transformer"}),
        callable,
        default="bag",
    )
    embedding_dim: int | None = parameter(
        "int or None",
        "Length of a word's vector; None for 64, or that of `embeddings`.",
        _SIZE,
        None,
        default=None,
    )
    embeddings: object = parameter(
        "path, dict, tuple or None",
        """Initial vectors: a GloVe or word2vec text file (also .gz), a dict of
        word to vector, or ``(array, words)``. Other words get random vectors, and so
        do most that a hyphen joins, unless a `tokenizer` of your own splits them:
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
        "Whether training changes the vectors of words.",
        "boolean",
        default=True,
    )
    filters: tuple | None = parameter(
        "tuple of int or None",
        "Filters of each of `kernel_size`, only of 'cnn'; None for 100 of each.",
        ListOf(_SIZE, 1),
        None,
        default=None,
    )
    kernel_size: tuple | None = parameter(
        "tuple of int or None",
        "Widths of the convolutions in words, only of 'cnn'; None for (3, 4, 5).",
        ListOf(_SIZE, 1),
        None,
        default=None,
    )
    units: tuple | None = parameter(
        "tuple of int or None",
        "Units of each bidirectional LSTM layer, only of 'rnn'; None for one of 64.",
        ListOf(_SIZE, 1),
        None,
        default=None,
    )
    depth: int | None = parameter(
        "int or None",
        "Encoder blocks, only of 'transformer'; None for 2.",
        _SIZE,
        None,
        default=None,
    )
    n_heads: int | None = parameter(
        "int or None",
        "Attention heads of each block, only of 'transformer'; None for 4.",
        _SIZE,
        None,
        default=None,
    )
    dense_units: tuple = parameter(
        "tuple of int",
        "Units of each dense layer before the prediction; ``()`` for none.",
        ListOf(_SIZE),
        default=(),
    )
    dropout: float = parameter(
        "float",
        "Fraction of the features dropped in training, around dense layers.",
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
        doc=f"""Passes over the notes. 'auto' makes {_MIN_TRAINING.epochs}, and more on
        few notes: enough for {_MIN_TRAINING.steps} gradient steps.""",
    )
    use_idf: bool = parameter(
        "bool",
        """Whether words are weighted by their inverse document frequency, as
        TfidfTransformer does, learned inside fit and part of `model_`.""",
        "boolean",
        default=False,
    )

    vocabulary_ = FittedAttribute(
        "inputs.vocabulary",
        "dict of str to int",
        "Index of each known word: all of the notes that a model keeps.",
    )
    n_features_in_ = FittedAttribute("n_features_in", "int", "1, the column of notes.")
    feature_names_in_ = FittedAttribute(
        "feature_names_in",
        "ndarray of shape (1,)",
        "The name of that column, where X was a table.",
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
            # a decoder has an output for each word and no more
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

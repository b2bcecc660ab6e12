"""What the three text estimators share."""

import dataclasses
import os
from collections.abc import Callable
from numbers import Integral, Real

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import _check_y, check_consistent_length

from skmed._keras import keras
from skmed._keras.blocks import drop
from skmed._keras.data.checks import call_architecture
from skmed._keras.estimators.base import KerasEstimator
from skmed._keras.estimators.parameters import TrainingParameters
from skmed._keras.graphs.padding import PADDED
from skmed._keras.training.epochs import Least
from skmed._parameters import ListOf, parameter, parameter_of
from skmed._validation.messages import translate_errors

from . import _networks
from ._indexing import FIRST_WORD, TokenIndexer, hashed_offsets, pad_rows
from ._indexing_parameters import IndexingParameters
from ._notes import NotesParameters, check_notes, handle_missing
from ._vectors import embedding_matrix, inverse_document_frequencies, read_vectors

_SIZE = Interval(Integral, 1, None, closed="left")
_PART = Interval(Real, 0, 1, closed="left")


# a vector is fetched in the time in which so many counts are multiplied
_COUNTS_PER_VECTOR = 100
# notes that tell how many numbers a note has
_SOME = 1000

# more passes learn a corpus by heart
_LEAST = Least(epochs=3, steps=1000)


class Text(NotesParameters, IndexingParameters, KerasEstimator):
    """What the three text estimators share."""

    architecture: str | Callable = parameter(
        "{'bag', 'cnn', 'rnn', 'transformer'} or callable",
        """'bag' averages the vectors of a note's words; with `ngram_range` and
        `subword_range` it is fastText (Joulin et al., 2017). 'cnn' takes the maximum of
        convolutions over words (Kim, 2014), 'rnn' reads in both directions and averages
        by learned weights (Yang et al., 2016), 'transformer' is an encoder (Vaswani et
        al., 2017). Neighbouring words and parts of words are averaged beside any of
        them. A callable gets a Keras tensor of shape ``(batch, words, dim)``, masked
        where a note has ended, and returns features of shape ``(batch, n_features)``;
        the layers that make the prediction are added.""",
        StrOptions({"bag", "cnn", "rnn", "transformer"}),
        callable,
        default="bag",
    )
    embedding_dim: int | None = parameter(
        "int or None",
        "Numbers in a word's vector; None for 64, or as many as `embeddings` has.",
        _SIZE,
        None,
        default=None,
    )
    embeddings: object = parameter(
        "path, dict, tuple or None",
        """Vectors to begin with: a GloVe or word2vec text file (also .gz), a dict of
        word to vector, or ``(array, words)``. Other words begin at random, and so do
        most that a hyphen joins, unless a `tokenizer` of your own parts them:
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
    filters: int = parameter(
        "int", "Filters of each width; only of 'cnn'.", _SIZE, default=100
    )
    kernel_sizes: tuple = parameter(
        "tuple of int",
        "Widths in words; only of 'cnn'.",
        ListOf(_SIZE, 1),
        default=(3, 4, 5),
    )
    units: int = parameter(
        "int", "Units of the LSTM in each direction; only of 'rnn'.", _SIZE, default=64
    )
    n_blocks: int = parameter(
        "int", "Encoder blocks; only of 'transformer'.", _SIZE, default=2
    )
    n_heads: int = parameter(
        "int",
        "Heads of each block's attention; only of 'transformer'.",
        _SIZE,
        default=4,
    )
    dense_units: tuple = parameter(
        "tuple of int",
        "Units of each dense layer before the prediction; ``()`` for none.",
        ListOf(_SIZE),
        default=(),
    )
    dropout: float = parameter(
        "float",
        "Part of the features left out at random in training, around dense layers.",
        _PART,
        default=0.0,
    )
    word_dropout: float = parameter(
        "float",
        "Part of the words left out at random in training (Iyyer et al., 2015).",
        _PART,
        default=0.0,
    )
    subword_range: tuple[int, int] | None = parameter_of(
        IndexingParameters, "subword_range", default=(3, 5)
    )
    max_length: int | None = parameter_of(IndexingParameters, "max_length", default=512)
    epochs: int | str = parameter_of(
        TrainingParameters,
        "epochs",
        default="auto",
        doc=f"""Passes over the notes. 'auto' makes {_LEAST.epochs}, and more of few
        notes: enough for {_LEAST.steps} gradient steps.""",
    )
    normalize: str | None = parameter(
        "{'idf'} or None",
        """'idf' counts words by how few notes have them, as TfidfTransformer does,
        learned inside fit and part of `model_`; None counts all alike.""",
        StrOptions({"idf"}),
        None,
        default=None,
    )

    _attribute_docs = {
        "vocabulary_": (
            "dict of str to int",
            "The number of each known word: all of the notes that a model keeps.",
        ),
        "n_features_in_": ("int", "1, the column of notes."),
        "feature_names_in_": (
            "ndarray of shape (1,)",
            "The name of that column, where X was a table.",
        ),
    }

    _leaves_room = True
    _input_name = PADDED
    _input_shape = (None,)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        tags.input_tags.string = True
        return tags

    # ----- notes -----

    def _validate(self, X, y, *, reset):
        """Return notes as an array of str, and y."""
        notes = handle_missing(check_notes(self, X, reset=reset), self.missing)
        if y is None:
            raise ValueError(
                f"{type(self).__name__} requires y to be passed, but the target y is "
                "None."
            )
        if not isinstance(y, str):
            with translate_errors():
                y = _check_y(y, multi_output=True)
                check_consistent_length(notes, y)
        X = np.empty(len(notes), dtype=object)
        X[:] = notes
        return X, (None if isinstance(y, str) else y)

    def _shape(self, X, *, reset):
        """Return notes as numbers; those of a new fit are first learned from."""
        return X if reset else self._numbers(X)

    def _numbers(self, X):
        return pad_rows([self._indexer.encode(note) for note in X])

    def _learn_inputs(self, rows):
        if self.embeddings is not None and self.embedding_dim is not None:
            raise ValueError(
                "embeddings says how many numbers a vector has; leave embedding_dim at "
                "None."
            )
        names = [field.name for field in dataclasses.fields(IndexingParameters)]
        indexer = TokenIndexer(**{name: getattr(self, name) for name in names})
        # folds have vocabularies of about one size, and networks of one size are
        # compiled once
        indexer.build_vocabulary(
            rows.X, rows.weight, rows.groups, reserve=self._leaves_room
        )
        # numbers that don't depend on how often words are: one seed, one first vector
        words = sorted(indexer.vocabulary_)
        indexer.vocabulary_ = {w: i for i, w in enumerate(words, FIRST_WORD)}
        self._indexer = indexer
        self.vocabulary_ = indexer.vocabulary_
        ids = self._numbers(rows.X)
        if self.normalize is not None:
            self._idf = inverse_document_frequencies(ids, rows.weight, indexer.n_ids_)
        some = ids[:: 1 + len(ids) // _SOME]
        self._per_note = {
            name: np.sum((some >= first) & (some < first + self.n_hash)) / len(some)
            for name, first in hashed_offsets(indexer).items()
        }
        return ids

    # ----- networks -----

    def _least_training(self):
        return _LEAST

    def _input_dtype(self):
        return "int32"

    def _normalized(self, inputs):
        """Return all numbers of a row, and what of them is left out in training."""
        if not self.word_dropout:
            return _networks.Items(inputs)
        ones = keras.ops.cast(keras.ops.ones_like(inputs), self._float())
        return _networks.Items(inputs, drop(ones, self.word_dropout))

    @staticmethod
    def _float():
        return keras.config.dtype_policy().compute_dtype

    def _sizes(self):
        names = (field.name for field in dataclasses.fields(_networks.Sizes))
        return _networks.Sizes(**{name: getattr(self, name) for name in names})

    def _features(self, items):
        embedding = self._word_embedding()
        features = [self._read(self._words(items), embedding)]
        for name, first in hashed_offsets(self._indexer).items():
            kind = _networks.kind_of(items, first, self.n_hash)
            idf = self.normalize and self._idf[first : first + self.n_hash]
            features.append(self._mean(kind, embedding.output_dim, idf, name))
        if len(features) > 1:
            features = [keras.layers.Concatenate()(features)]
        return _networks.dense(features[0], self._sizes())

    def _words(self, items):
        indexer = self._indexer
        return _networks.words_of(items, indexer.n_words_, indexer.length_)

    def _read(self, words, embedding):
        """Return the features that the architecture makes of words."""
        scale = self._scale_of_words()
        if self.architecture == "bag":
            return _networks.means(words, embedding, scale)
        vectors, sizes = _networks.embed(words, embedding, scale), self._sizes()
        if callable(self.architecture):
            masked = keras.layers.Masking()(vectors)
            return call_architecture(self.architecture, masked)
        if self.architecture == "cnn":
            return _networks.convolutional(vectors, words.present, sizes)
        if self.architecture == "rnn":
            return _networks.recurrent(vectors, words.present, sizes)
        longest = self._indexer.length_
        return _networks.transformer(vectors, words.present, sizes, longest)

    def _word_embedding(self):
        n_words = self._indexer.n_words_
        keywords = {"trainable": self.train_embeddings, "name": "words"}
        if self.embeddings is None:
            return keras.layers.Embedding(n_words, self.embedding_dim or 64, **keywords)
        vectors = read_vectors(self.embeddings, self.vocabulary_)
        table = embedding_matrix(vectors, self.vocabulary_, n_words, self._seed)
        return _filled(keras.layers.Embedding(*table.shape, **keywords), None, table)

    def _scale_of_words(self):
        if self.normalize is None:
            return None
        idf = self._idf[: self._indexer.n_words_]
        return _scale_of_ids(idf, "idf")

    def _mean(self, kind, dim, idf, name):
        """Return the mean vector of numbers that aren't words."""
        size, scale = self.n_hash, None
        if self._per_note[name] * _COUNTS_PER_VECTOR < size:
            if idf is not None:
                scale = _scale_of_ids(np.append(0.0, idf), f"idf_{name}")
            vectors = keras.layers.Embedding(size + 1, dim, name=name)
            return _networks.means(_networks.trimmed(kind), vectors, scale)
        if idf is not None:
            scale = _scale_of_counts(idf, f"idf_{name}")
        # as an Embedding begins
        vectors = keras.layers.Dense(
            dim, use_bias=False, kernel_initializer="uniform", name=name
        )
        return _networks.means_by_counts(kind, size, vectors, scale)


def _scale_of_ids(idf, name):
    layer = keras.layers.Embedding(len(idf), 1, trainable=False, name=name)
    return _filled(layer, None, idf[:, np.newaxis])


def _scale_of_counts(idf, name):
    layer = keras.layers.EinsumDense(
        "bn,n->bn",
        len(idf),
        trainable=False,
        # half precision has no thousands
        dtype=keras.config.dtype_policy().variable_dtype,
        name=name,
    )
    return _filled(layer, (None, len(idf)), idf)


def _filled(layer, shape, values):
    """Give a new layer its weights."""
    layer.build(shape)
    layer.set_weights([values])
    return layer

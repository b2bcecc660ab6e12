"""Words that an encoder predicts."""

from pathlib import Path
from runpy import run_path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score

from skmed.text import NLTKTokenizer, TextEncoder

SHARED = run_path(str(Path(__file__).with_name("notes.py")))
SMALL, notes = SHARED["SMALL"], SHARED["notes"]


def test_codes_are_learned_from_held_out_words(notes):
    X, y = notes
    encoder = TextEncoder(**{**SMALL, "epochs": 80}, n_components=4)
    codes = encoder.fit_transform(X)
    assert encoder.history_["loss"][-1] < 0.8 * encoder.history_["loss"][0]
    assert cross_val_score(LogisticRegression(), codes, y, cv=3).mean() > 0.9
    scores = encoder.decoder_(codes).numpy()
    assert scores.shape == (45, len(encoder.vocabulary_) + 2)
    # the word that is most expected is one of the row
    names = {number: word for word, number in encoder.vocabulary_.items()}
    told = [names[row[2:].argmax() + 2] for row in scores]
    stemmed = [set(NLTKTokenizer()(note)) for note in X]
    assert np.mean([word in note for word, note in zip(told, stemmed)]) > 0.8
    assert not hasattr(encoder, "inverse_transform")


def test_a_decoder_has_a_score_for_each_word():
    notes = [f"word{i} pain" for i in range(137)] * 2
    encoder = TextEncoder(n_components=2, epochs=1).fit(notes)
    n_words = len(encoder.vocabulary_)
    assert encoder.decoder_.output_shape == (None, 2 + n_words)

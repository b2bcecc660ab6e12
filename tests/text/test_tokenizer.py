"""NLTKTokenizer: its steps, its use with scikit-learn, and data of NLTK."""

import pickle

import nltk
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.sentiment.util import mark_negation
from nltk.stem import PorterStemmer, SnowballStemmer
from nltk.tokenize import NLTKWordTokenizer
from sklearn.base import clone
from sklearn.feature_extraction.text import (
    ENGLISH_STOP_WORDS,
    CountVectorizer,
    TfidfVectorizer,
)
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skmed import NLTKTokenizer, TokenSequencer

NOTE = "Patient denies chest pain; BP 120/80, took 5mg of Aspirin. He isn't coughing."
PLAIN = NLTKWordTokenizer().tokenize(NOTE)
LOWER = [word.lower() for word in PLAIN]
NOTES = [NOTE, "Severe chest pain after 5mg", "no cough", "coughing and pain"] * 3
LABELS = [0, 1, 0, 1] * 3


@pytest.fixture
def nltk_data(skmed_data, monkeypatch):
    """Let NLTK find its data in the folder of real data."""
    path = [str(skmed_data / "nltk_data"), *nltk.data.path]
    monkeypatch.setattr(nltk.data, "path", path)
    NLTKTokenizer.forget()
    yield
    NLTKTokenizer.forget()


# ----- steps -----


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({}, [PorterStemmer().stem(word) for word in LOWER]),
        ({"stemmer": None}, LOWER),
        ({"stemmer": "snowball"}, [SnowballStemmer("english").stem(w) for w in LOWER]),
        ({"stemmer": None, "lowercase": False}, PLAIN),
        (
            {"lowercase": False},
            [PorterStemmer().stem(word, to_lowercase=False) for word in PLAIN],
        ),
        (
            {"stemmer": None, "stop_words": "english"},
            [word for word in LOWER if word not in ENGLISH_STOP_WORDS],
        ),
        (
            {"stemmer": None, "stop_words": ["he", "of"]},
            [word for word in LOWER if word not in ("he", "of")],
        ),
        (
            {"stop_words": {"denies"}, "lowercase": False, "stemmer": None},
            [word for word in PLAIN if word != "denies"],
        ),
    ],
)
def test_steps(parameters, words):
    assert NLTKTokenizer(**parameters)(NOTE) == words


def test_numbers_and_units_stay_whole():
    assert {"120/80", "5mg"} <= set(NLTKTokenizer()(NOTE))
    assert NLTKTokenizer()("38.5 10,000 2:1") == ["38.5", "10,000", "2:1"]


@pytest.mark.parametrize("text", ["", " ", "\n\t ", "\x1c"])
def test_no_words(text):
    assert NLTKTokenizer()(text) == []


def test_set_params_changes_the_words():
    tokenizer = NLTKTokenizer()
    assert tokenizer("pains") == ["pain"]
    assert tokenizer.set_params(stemmer=None)("pains") == ["pains"]


# ----- negation -----


@given(
    st.lists(st.sampled_from(["No", "not", "n't", "don't", "cant", "pain", *",:;!?."]))
)
def test_scope_of_negation_agrees_with_nltk(words):
    note = " ".join(words)
    words = NLTKTokenizer(stemmer=None)(note)
    assert NLTKTokenizer(stemmer=None, negation=True)(note) == mark_negation(words)


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ("Denies chest pain.", "denies chest_NEG pain_NEG ."),
        ("Denies pain. Coughs.", "denies pain._NEG coughs ."),
        (
            "No pain at 5 p.m. today; coughs",
            "no pain_NEG at_NEG 5_NEG p.m._NEG today_NEG ; coughs",
        ),
        ("Without fever! Pain", "without fever_NEG ! pain"),
        ("Pain", "pain"),
    ],
)
def test_negated_words(note, words):
    tokenizer = NLTKTokenizer(stemmer=None, negation=True)
    assert tokenizer(note) == words.split()
    # each note starts without a negation
    assert tokenizer("Pain") == ["pain"]


def test_negated_words_are_normalized_first():
    tokenizer = NLTKTokenizer(stop_words=["no", "the"], negation=True)
    assert tokenizer("No coughing in the morning") == [
        "cough_NEG",
        "in_NEG",
        "morn_NEG",
    ]


# ----- sentences -----


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ("Chest pain. Coughs.", "chest pain . coughs ."),
        (
            "Took 5mg. He denies\npain. \n\nSaw Dr. Who.",
            "took 5mg . he denies pain . saw dr. who .",
        ),
        ("No cough\n\n \nPain", "no cough pain"),
        ("", ""),
    ],
)
def test_simple_sentences(note, words):
    tokenizer = NLTKTokenizer(stemmer=None, sentences="simple")
    assert " ".join(tokenizer(note)) == words


def test_negation_ends_with_its_sentence():
    tokenizer = NLTKTokenizer(stemmer=None, sentences="simple", negation=True)
    words = tokenizer("Denies pain (chest). Coughs\n\nFever")
    assert " ".join(words) == "denies pain_NEG (_NEG chest_NEG )_NEG . coughs fever"


def test_nltk_sentences_give_the_words_of_word_tokenize(nltk_data):
    note = "He was seen by Dr. Who at 5 p.m. today. 'No pain.' Denies fever."
    tokenizer = NLTKTokenizer(stemmer=None, lowercase=False, sentences="nltk")
    assert tokenizer(note) == nltk.word_tokenize(note)


# ----- data of NLTK -----


def test_nltk_stop_words(nltk_data):
    from nltk.corpus import stopwords

    removed = set(stopwords.words("english"))
    words = NLTKTokenizer(stemmer=None, stop_words="nltk")(NOTE)
    assert words == [word for word in LOWER if word not in removed]
    assert len(words) < len(LOWER)


def test_lemmas(nltk_data):
    tokenizer = NLTKTokenizer(stemmer=None, lemmatize=True)
    words = tokenizer("She was coughing; denies scars in left lungs")
    assert " ".join(words) == "she be coughing ; deny scar in left lung"
    assert NLTKTokenizer(lemmatize=True)("feet") == ["foot"]


@pytest.mark.parametrize(
    ("parameter", "name"),
    [
        ("stop_words='nltk'", "stopwords"),
        ("lemmatize=True", "wordnet"),
        ("sentences='nltk'", "punkt_tab"),
    ],
)
def test_missing_data_is_explained(run_python, tmp_path, parameter, name):
    code = f"""
import nltk
nltk.data.path = [{str(tmp_path)!r}]
from skmed import NLTKTokenizer
assert NLTKTokenizer(stop_words="english", negation=True)("No pains") == ["pain_NEG"]
try:
    NLTKTokenizer({parameter})("pain")
except LookupError as error:
    print(error)
"""
    output = run_python(code).stdout
    assert output.startswith(f"{parameter} needs NLTK's")
    assert f"python -m nltk.downloader {name}" in output
    assert output.count("\n") == 1


# ----- use with scikit-learn -----


@pytest.mark.parametrize("vectorizer", [CountVectorizer, TfidfVectorizer])
def test_analyzer_of_a_vectorizer(vectorizer):
    tokenizer = NLTKTokenizer(stop_words="english")
    pipeline = make_pipeline(vectorizer(analyzer=tokenizer), LogisticRegression())
    copied = pickle.loads(pickle.dumps(clone(pipeline).fit(NOTES, LABELS)))
    assert set(copied[0].vocabulary_) == {w for note in NOTES for w in tokenizer(note)}
    assert copied.score(NOTES, LABELS) == 1.0


def test_grid_over_the_stemmer():
    pipeline = make_pipeline(
        TokenSequencer(tokenizer=NLTKTokenizer()), LogisticRegression()
    )
    grid = {"tokensequencer__tokenizer__stemmer": ["porter", "snowball", None]}
    search = GridSearchCV(pipeline, grid, cv=2, error_score="raise")
    search.fit(NOTES, LABELS)
    sizes = {
        stemmer: len(
            clone(pipeline)
            .set_params(tokensequencer__tokenizer__stemmer=stemmer)
            .fit(NOTES, LABELS)[0]
            .vocabulary_
        )
        for stemmer in ("porter", None)
    }
    assert sizes["porter"] < sizes[None]


def test_pickles_hold_no_text():
    tokenizer = NLTKTokenizer(stop_words=["secretword"])
    before = pickle.dumps(tokenizer)
    tokenizer("Mr Humperdinck has a cough")
    assert vars(tokenizer) == vars(NLTKTokenizer(stop_words=["secretword"]))
    assert pickle.dumps(tokenizer) == before
    copied = pickle.loads(before)
    assert copied("coughs secretword") == tokenizer("coughs secretword") == ["cough"]
    assert clone(tokenizer).get_params() == tokenizer.get_params()


def test_forget():
    from skmed.text._tokenizer import _make_tokenizer

    NLTKTokenizer()("Humperdinck")
    assert _make_tokenizer.cache_info().currsize
    NLTKTokenizer.forget()
    assert not _make_tokenizer.cache_info().currsize


# ----- invalid input -----


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"stemmer": "portr"}, "The 'stemmer' parameter of NLTKTokenizer must be"),
        ({"stop_words": "french"}, "The 'stop_words' parameter of NLTKTokenizer"),
        ({"stop_words": [["a"]]}, "The 'stop_words' parameter of NLTKTokenizer"),
        ({"stop_words": [1]}, "The 'stop_words' parameter of NLTKTokenizer"),
        ({"lowercase": 1}, "The 'lowercase' parameter of NLTKTokenizer"),
        ({"lowercase": False, "stemmer": "snowball"}, "stemmer='snowball' converts"),
    ],
)
def test_invalid_parameters(parameters, message):
    NLTKTokenizer()("pain")
    with pytest.raises(ValueError, match=message):
        NLTKTokenizer(**parameters)("pain")


@pytest.mark.parametrize("text", [b"pain", None, ["pain"], 3.0])
def test_notes_must_be_str(text):
    with pytest.raises(TypeError, match="NLTKTokenizer takes one note, a str, and got"):
        NLTKTokenizer()(text)

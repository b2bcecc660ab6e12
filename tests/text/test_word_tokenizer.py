"""WordTokenizer: the words of NLTK's tokenizer, for any text."""

import time
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nltk.stem import PorterStemmer
from nltk.tokenize import NLTKWordTokenizer
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from skmed import NLTKTokenizer
from skmed.text._word_tokenizer import WordTokenizer

nltk_words = NLTKWordTokenizer().tokenize

# characters that NLTK's rules are about, words, and white space of all kinds
_MARKS = list("'\"`.,:;()[]{}<>-*&$#@%?!_/+=|~^\\«»“”‘’„‒–—―")  # noqa: RUF001
_MARKS += ["''", "``", "'s", "'S", "n't", "'ll", "'tis", "'Twas", "d'ye", "more'n"]
_WORDS = ["a", "B", "5", "9", "pain", "Dr.", "cannot", "Gonna", "gotta", "wannabe"]
_BLANKS = [" ", " ", " ", "\n", "\t", "\r\n", "\x0b", "\x0c", "\x1c", "\x1f"]
_BLANKS += ["\x85", "\u00a0", "\u1680", "\u2003", "\u2028", "\u200b", "\ufeff"]
_LETTERS = ["é", "µ", "°", "٣", "²", "İ", "ı", "ſ", "K", "中文", "ß", "\0"]  # noqa: RUF001
tricky = st.lists(st.sampled_from([*_MARKS, *_WORDS, *_BLANKS, *_LETTERS]), max_size=14)
texts = tricky.map("".join) | st.text(max_size=60)


def reference(text, stop_words=frozenset()):
    """Tokenize without caches."""
    stem = PorterStemmer().stem
    words = (word.lower() for word in nltk_words(text))
    return [stem(word) for word in words if word not in stop_words]


@pytest.fixture(scope="module")
def sentences(skmed_data):
    """Return the sentences of the corpus of adverse drug effects."""
    frame = pd.read_csv(skmed_data / "ade_corpus" / "ade_sentences.csv.gz")
    return frame["text"].tolist()


@settings(max_examples=2000)
@given(texts)
@example("He said, '' x's' '' (\"no\" .) ")
@example("\"'cannot' go\", a::b 5:30, x..y -- wanna.")
@example("Dr. x. \u2028")
@example("foo. ) '")
@example("x\x1cy. z")
def test_words_of_any_text(text):
    words = WordTokenizer(lambda word: (word,))
    assert words(text) == nltk_words(text)
    assert words(text) == nltk_words(text)  # now from the caches


# endings that Porter's rules are about
_ENDINGS = ["s", "ies", "eed", "ed", "ing", "y", "ational", "tional", "enci", "izer"]
_ENDINGS += ["bli", "alli", "ousli", "ation", "ator", "alism", "ness", "biliti", "logi"]
_ENDINGS += ["icate", "ical", "ful", "ance", "er", "ic", "able", "ant", "ement", "ion"]
_ENDINGS += [
    "ou",
    "ism",
    "ate",
    "iti",
    "ous",
    "ive",
    "ize",
    "e",
    "ll",
    "at",
    "bl",
    "iz",
]
words = st.lists(st.sampled_from([*_ENDINGS, *"abefhiklmnoprstuvwxyzö"]), max_size=5)


@settings(max_examples=2000)
@given(words.map("".join))
def test_stems_of_any_word(word):
    assert NLTKTokenizer()(word) == reference(word)
    kept = NLTKTokenizer(lowercase=False)(word.title())
    stem = PorterStemmer().stem
    assert kept == [stem(w, to_lowercase=False) for w in nltk_words(word.title())]


@settings(max_examples=300)
@given(st.lists(texts, max_size=8))
def test_cached_words_of_other_texts_change_nothing(notes):
    tokenizer = NLTKTokenizer(stop_words="english")
    for note in notes:
        assert tokenizer(note) == reference(note, ENGLISH_STOP_WORDS)


def test_words_of_a_real_corpus(sentences):
    assert len(sentences) == 20896
    words = WordTokenizer(lambda word: (word,))
    assert [words(text) for text in sentences] == [nltk_words(t) for t in sentences]


def test_stems_of_a_real_corpus(sentences):
    tokenizer = NLTKTokenizer(stop_words="english")
    some = sentences[::10]
    assert [tokenizer(t) for t in some] == [
        reference(t, ENGLISH_STOP_WORDS) for t in some
    ]


def test_a_corpus_larger_than_the_caches(monkeypatch, sentences):
    monkeypatch.setattr("skmed.text._word_tokenizer._CACHE_SIZE", 50)
    words = WordTokenizer(lambda word: (word,))
    for text in sentences[:300]:
        assert words(text) == nltk_words(text)
    for cache in (words._segments, words._normalized):
        assert len(cache) <= 50
        assert len(cache._old) <= 50


def test_threads_share_the_caches(monkeypatch, sentences):
    monkeypatch.setattr("skmed.text._word_tokenizer._CACHE_SIZE", 50)
    words, some = WordTokenizer(lambda word: (word,)), sentences[:300]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: [words(text) for text in some], range(8)))
    assert found == [[nltk_words(text) for text in some]] * 8


@pytest.mark.parametrize(
    "unit",
    [
        "pain ",
        "x",
        "a\n",
        "'",
        '"',
        ". ",
        ".) ",
        "y",
        " ",
        "\t",
        ":",
        ",,",
        "-",
        "µ",
        "x.\n",
    ],
)
def test_long_notes_take_linear_time(unit):
    """Ten times the text takes about ten times the time, not a hundred times."""

    def seconds(text):
        found = []
        for _ in range(3):
            words = WordTokenizer(lambda word: (word,))
            start = time.process_time()
            words(text)
            found.append(time.process_time() - start)
        return min(found)

    small, large = unit * 5000, unit * 50_000
    assert seconds(large) <= 50 * seconds(small)
    assert WordTokenizer(lambda word: (word,))(small) == nltk_words(small)


def test_ten_megabytes():
    note = "The patient denies chest pain. BP 120/80,\n" * 250_000
    assert len(note) > 10**7
    words = NLTKTokenizer()(note)
    assert len(words) == 250_000 * 8
    assert NLTKTokenizer()("y" * 10**7) == ["y" * 10**7]

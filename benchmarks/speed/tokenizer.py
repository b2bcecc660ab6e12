"""How many tokens a second does NLTKTokenizer make, on one core?

The usual program splits each sentence with NLTK's word tokenizer, lowercases, drops
stop words and stems each word with the PorterStemmer. NLTKTokenizer makes exactly the
same tokens, which is checked. TfidfVectorizer's own analyzer is a regular expression
that drops punctuation and doesn't stem; its tokens are counted as it makes them. All
take turns; caches are cleared before each round, so that "cold" is the first pass over
the corpus, and "warm" the second. The long corpus is the same sentences with every word
changed several times, so that it has more words than are cached, and is read cold.
"""

import re

from nltk.stem import PorterStemmer
from nltk.tokenize import NLTKWordTokenizer
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer

from benchmarks._data import adverse_effects
from benchmarks._measure import Stopwatch
from benchmarks._run import Run, parse_arguments
from skmed import NLTKTokenizer

from ._views.tokenizer import ANALYZER, CASE, COLD, LONG, NLTK, WARM

N_VERSIONS = 8


def usual_program():
    """Return the function that a few lines of NLTK make."""
    split, stem = NLTKWordTokenizer().tokenize, PorterStemmer().stem

    def tokens(text):
        words = (word.lower() for word in split(text))
        return [stem(word) for word in words if word not in ENGLISH_STOP_WORDS]

    return tokens


def long_corpus(texts):
    """Return the sentences once for each version of their words of five letters."""
    changed = re.compile(r"\b(?=[A-Za-z]{5})")
    versions = "bcdfglmprstvwz"[:N_VERSIONS]
    return [changed.sub(letter, text) for letter in versions for text in texts]


def measure(run, method, function, texts):
    """Time one pass over a corpus; return its tokens."""
    with Stopwatch() as clock:
        tokens = [function(text) for text in texts]
    run.add(CASE, method, tokens=sum(map(len, tokens)) / clock.cpu_seconds / 1000)
    return tokens


def main(argv=None):
    """Let all take turns."""
    options = parse_arguments(__doc__, argv)
    texts = adverse_effects(options.smoke)[0].tolist()
    if options.smoke:
        # enough for the clock of CPU seconds
        texts *= 20
    longer = long_corpus(texts)
    usual, ours = usual_program(), NLTKTokenizer(stop_words="english")
    analyzer = TfidfVectorizer(stop_words="english").build_analyzer()
    run = Run(
        "speed/tokenizer",
        "all",
        ("nltk", "scikit-learn"),
        n_sentences=len(texts),
        n_long=len(longer),
        n_pieces=len({piece for text in longer for piece in text.split(" ")}),
        rounds=len(options.seeds),
    )
    for _ in options.seeds:
        expected = measure(run, NLTK, usual, texts)
        measure(run, ANALYZER, analyzer, texts)
        NLTKTokenizer.forget()
        assert measure(run, COLD, ours, texts) == expected
        assert measure(run, WARM, ours, texts) == expected
        NLTKTokenizer.forget()
        measure(run, LONG, ours, longer)
    run.settings["n_tokens"] = sum(map(len, expected))
    run.publish(options)


if __name__ == "__main__":
    main()

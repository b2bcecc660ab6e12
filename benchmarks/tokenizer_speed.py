"""How many tokens a second does NLTKTokenizer make, on one core?

The obvious program cuts each sentence with NLTK's word tokenizer, makes words lower
case, leaves stop words out and stems each by the PorterStemmer. NLTKTokenizer makes
exactly the same tokens, which is checked. TfidfVectorizer's own analyzer is a regular
expression that neither splits punctuation nor stems; its tokens are counted as it makes
them. All take turns; what a process remembers is cleared before each round, so that
"cold" is the first pass over the corpus, and "warm" the second. The long corpus is the
same sentences with every word changed several times over, so that it has more words
than the tokenizer remembers, and goes through cold.
"""

import re

import numpy as np
import pandas as pd
from _report import Figures, Stopwatch, data_path, environment, parse_arguments, publish
from nltk.stem import PorterStemmer
from nltk.tokenize import NLTKWordTokenizer
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer

from skmed import NLTKTokenizer

OBVIOUS = "NLTK, the obvious program"
ANALYZER = "TfidfVectorizer's analyzer"
COLD, WARM, LONG = (f"NLTKTokenizer, {state}" for state in ("cold", "warm", "long"))
N_VERSIONS = 8


def obvious_program():
    """Return the function that a few lines of NLTK make."""
    cut, stem = NLTKWordTokenizer().tokenize, PorterStemmer().stem

    def tokens(text):
        words = (word.lower() for word in cut(text))
        return [stem(word) for word in words if word not in ENGLISH_STOP_WORDS]

    return tokens


def long_corpus(texts):
    """Return the sentences once for each version of their words of five letters."""
    changed = re.compile(r"\b(?=[A-Za-z]{5})")
    versions = "bcdfglmprstvwz"[:N_VERSIONS]
    return [changed.sub(letter, text) for letter in versions for text in texts]


def measure(figures, name, function, texts):
    """Time one pass over a corpus; return its tokens."""
    with Stopwatch() as watch:
        tokens = [function(text) for text in texts]
    rate = sum(map(len, tokens)) / watch.cpu_seconds
    figures.add(name, rate=rate / 1000)
    return tokens


def main():
    """Let all take turns, and publish."""
    options = parse_arguments(__doc__)
    path = data_path("ade_corpus", "ade_sentences.csv.gz")
    texts = pd.read_csv(path)["text"].tolist()
    longer = long_corpus(texts)
    obvious, ours = obvious_program(), NLTKTokenizer(stop_words="english")
    analyzer = TfidfVectorizer(stop_words="english").build_analyzer()
    figures = Figures()
    for _ in options.seeds:
        expected = measure(figures, OBVIOUS, obvious, texts)
        measure(figures, ANALYZER, analyzer, texts)
        NLTKTokenizer.forget()
        assert measure(figures, COLD, ours, texts) == expected
        assert measure(figures, WARM, ours, texts) == expected
        NLTKTokenizer.forget()
        measure(figures, LONG, ours, longer)
    n_pieces = len({piece for text in longer for piece in text.split(" ")})
    medians = {name: np.median(figures.of(name, "rate")) for name in figures.rows()}
    ratios = [
        f"{name.removeprefix('NLTKTokenizer, ')} {medians[name] / medians[OBVIOUS]:.1f}"
        for name in (COLD, WARM, LONG)
    ]
    beside = medians[COLD] / medians[ANALYZER]
    n_tokens = sum(map(len, expected))
    publish(
        __file__,
        "\n\n".join(
            [
                f"All {len(texts)} sentences of ade_corpus, {n_tokens} tokens after "
                "stop words, the same of the first, third and fourth row; "
                f"{len(options.seeds)} rounds in which all took turns, thousand tokens "
                "per second of one core's time, mean (least to greatest). The long "
                f"corpus has {len(longer)} sentences with {n_pieces} different pieces "
                "between blanks, of which at most 65536 are remembered; the obvious "
                "program remembers nothing, so its rate is that of any corpus.",
                environment("skmed", "nltk", "scikit-learn"),
                figures.table("tokens", rate=("thousand a second", 0)),
                f"Medians of NLTKTokenizer as multiples of the obvious program: "
                f"{', '.join(ratios)}; cold, as a multiple of TfidfVectorizer's "
                f"analyzer: {beside:.2f}.",
            ]
        ),
        write=options.write,
    )


if __name__ == "__main__":
    main()

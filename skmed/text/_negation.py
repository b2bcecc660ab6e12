"""Tokenization with marks on negated words, as by NLTK's mark_negation."""

from nltk.sentiment.util import CLAUSE_PUNCT_RE, NEGATION_RE

from ._bounded_cache import BoundedCache
from ._word_tokenizer import WordTokenizer

# negations in clinical notes that NLTK's list lacks (Chapman et al., 2001)
_CLINICAL_NEGATIONS = frozenset(
    {"denies", "denied", "deny", "denying", "without", "absence"}
)
_CACHE_SIZE = 1 << 15
_WORD, _NEGATION, _CLAUSE_END, _WORD_AND_CLAUSE_END = range(4)


class NegationTokenizer:
    """Split texts into normalized words, and mark those that are negated.

    The scope of a negation ends with the clause, at the next ``. : ; ! ?``. Within a
    text, NLTK leaves the period at the last word of a sentence, so a word with a
    period ends a clause too, unless it looks like an abbreviation.

    Parameters
    ----------
    normalize : callable
        Function from a word to the tuple of str that replaces it.
    """

    def __init__(self, normalize):
        self._tokenize = WordTokenizer(lambda word: (word,))
        self._kinds = BoundedCache(_kind, _CACHE_SIZE)
        self._affirmed = BoundedCache(normalize, _CACHE_SIZE)
        self._negated = BoundedCache(
            lambda word: tuple(f"{part}_NEG" for part in normalize(word)), _CACHE_SIZE
        )

    def __call__(self, text):
        """Return the list of normalized words of a text."""
        words = []
        is_negated = False
        for word in self._tokenize(text):
            kind = self._kinds[word]
            mark = is_negated and kind != _CLAUSE_END
            words += self._negated[word] if mark else self._affirmed[word]
            if kind == _NEGATION:
                is_negated = True
            elif kind != _WORD:
                is_negated = False
        return words


def _kind(word):
    """Return the kind of a word: plain word, negation, or end of a clause."""
    word = word.lower()
    if word in _CLINICAL_NEGATIONS or NEGATION_RE.search(word):
        return _NEGATION
    if CLAUSE_PUNCT_RE.search(word):
        return _CLAUSE_END
    stem = word.removesuffix(".")
    if stem != word and len(stem) > 2 and "." not in stem:
        return _WORD_AND_CLAUSE_END
    return _WORD

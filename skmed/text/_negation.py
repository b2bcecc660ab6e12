"""Words that a note denies: the scope of NLTK's mark_negation."""

from nltk.sentiment.util import CLAUSE_PUNCT_RE, NEGATION_RE

from ._memo import Memo
from ._words import Words

# how notes deny, beside the words of NLTK's list (Chapman et al., 2001)
_DENIALS = frozenset({"denies", "denied", "deny", "denying", "without", "absence"})
_N_WORDS = 1 << 15
_WORD, _DENIAL, _END, _WORD_AND_END = range(4)


class NegatedWords:
    """Cut texts into finished words, of which those that are denied are marked.

    A denial reaches to the end of the clause, that is the next ``. : ; ! ?``. NLTK
    leaves a dot within a text on its word, so such a word ends a clause too, unless it
    looks like an abbreviation.

    Parameters
    ----------
    finish : callable
        From a word of NLTK's to a tuple of str: what to have in its place.
    """

    def __init__(self, finish):
        self._words = Words(lambda word: (word,))
        self._kinds = Memo(_kind, _N_WORDS)
        self._finished = Memo(finish, _N_WORDS)
        self._denied = Memo(
            lambda word: tuple(f"{part}_NEG" for part in finish(word)), _N_WORDS
        )

    def __call__(self, text):
        """Return the list of finished words of a text."""
        words = []
        denied = False
        for word in self._words(text):
            kind = self._kinds[word]
            known = self._denied if denied and kind != _END else self._finished
            words += known[word]
            if kind == _DENIAL:
                denied = True
            elif kind != _WORD:
                denied = False
        return words


def _kind(word):
    word = word.lower()
    if word in _DENIALS or NEGATION_RE.search(word):
        return _DENIAL
    if CLAUSE_PUNCT_RE.search(word):
        return _END
    stem = word.removesuffix(".")
    if stem != word and len(stem) > 2 and "." not in stem:
        return _WORD_AND_END
    return _WORD

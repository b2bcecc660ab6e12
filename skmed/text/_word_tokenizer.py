"""Cached tokenization of texts into the words of NLTK's word tokenizer.

NLTK applies some thirty substitutions to a whole text. But none of them looks beyond
the spaces around a segment of text, so a segment between two spaces always gives the
same words, except for the first and the last segment. Therefore the words of segments
are cached. Segments without quotes are split by one regular expression; all others,
and unusual texts as a whole, are split by NLTK.
"""

import re
from itertools import chain

from nltk.tokenize import NLTKWordTokenizer

from ._bounded_cache import BoundedCache

# ASCII without quotes, for which _TOKEN replaces all rules of NLTK
_PLAIN = re.compile(r"[A-Za-z0-9_.,:;@#$%&?!*()\[\]{}<>+=/\\^~|-]*")
# exceptions: words that NLTK splits, "..", "--", and consecutive colons or commas
_SPLIT_WORDS = ("cannot", "gimme", "gonna", "gotta", "lemme", "wanna")
_SPECIAL = re.compile(rf"\.\.|--|[,:][,:]|{'|'.join(_SPLIT_WORDS)}", re.IGNORECASE)
_TOKEN = re.compile(
    r"[;@#$%&?!*()\[\]{}<>]|[,:](?![0-9])"
    r"|(?:[^;@#$%&?!*()\[\]{}<>,:]|[,:](?=[0-9]))+"
)
# the period at the end of a text, and closing brackets after it
_FINAL_PERIOD = re.compile(r"\.([\])}>]*)\Z")
_CLOSING = re.compile("[\\])}>\"'\u00bb\u201d\u2019]*")
# white space in str.split, but not in the regular expressions of NLTK
_SEPARATOR = re.compile("[\x1c-\x1f]")
# rules about these depend on the kind of white space next to them
_QUOTE = re.compile("[\"'`\u00ab\u00bb\u201c\u201d\u2018\u2019\u201e]")
_CACHE_SIZE = 1 << 15


class _NeedsNLTK(Exception):
    """Raised if a text can't be split segment by segment."""


class WordTokenizer:
    """Split texts into the words of NLTK's word tokenizer, and normalize each word.

    Parameters
    ----------
    normalize : callable
        Function from a word to the tuple of str that replaces it.
    """

    def __init__(self, normalize):
        self._nltk = NLTKWordTokenizer().tokenize
        self._normalized = BoundedCache(normalize, _CACHE_SIZE)
        self._segments = BoundedCache(self._inner_words, _CACHE_SIZE)

    def __call__(self, text):
        """Return the list of normalized words of a text."""
        try:
            return list(self._words(text))
        except _NeedsNLTK:
            return list(self._normalize(self._nltk(text)))

    def _words(self, text):
        """Return an iterator over the normalized words of a text."""
        end = text.rstrip()
        last = end.rsplit(None, 1)[-1] if end else ""
        start, after = len(end) - len(last), text[len(end) :]
        if after and _SEPARATOR.search(after):
            raise _NeedsNLTK
        if not start:
            return self._normalize(self._last_words(last, "", after))
        if _CLOSING.fullmatch(last):
            raise _NeedsNLTK  # the final period may be in an earlier segment
        segments = text[:start].split(" ")
        words = chain.from_iterable(map(self._segments.__getitem__, segments))
        if text[0] in "\"'":
            first = self._first_words(segments.pop(0))
            words = chain(self._normalize(first), words)
        last = self._last_words(last, text[start - 1], after)
        return chain(words, self._normalize(last))

    def _normalize(self, words):
        return chain.from_iterable(map(self._normalized.__getitem__, words))

    def _inner_words(self, segment):
        """Return the normalized words of a segment between two spaces."""
        is_word = segment.isalnum() and segment.isascii()
        if is_word and segment.lower() not in _SPLIT_WORDS:
            return self._normalized[segment]
        if _is_plain(segment):
            words = _TOKEN.findall(segment)
        elif _SEPARATOR.search(segment):
            raise _NeedsNLTK
        elif (parts := segment.split()) == [segment] or _QUOTE.search(segment):
            words = self._nltk(f"x {segment} x")[1:-1]
        else:
            # other white space than spaces
            return tuple(chain.from_iterable(map(self._segments.__getitem__, parts)))
        return tuple(self._normalize(words))

    def _first_words(self, segment):
        """Return the words of the first segment, if it begins with a quote."""
        if segment.split() != [segment]:
            raise _NeedsNLTK
        return self._nltk(f"{segment} x")[:-1]

    def _last_words(self, segment, before, after):
        """Return the words of the last segment, of which a final period is split off.

        ``before`` and ``after`` are the white space around the segment.
        """
        if _is_plain(segment):
            period = _FINAL_PERIOD.search(segment)
            if period is None:
                return _TOKEN.findall(segment)
            return [*_TOKEN.findall(segment[: period.start()]), ".", *period[1]]
        if not before:
            return self._nltk(segment + after)
        return self._nltk(f"x{before}{segment}{after}")[1:]


def _is_plain(segment):
    """Return whether `_TOKEN` splits a segment as NLTK does."""
    return _PLAIN.fullmatch(segment) and not _SPECIAL.search(segment)

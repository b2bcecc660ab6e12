"""The words of a text, as NLTK's tokenizer cuts them, from a memory of pieces.

NLTK rewrites the whole text some thirty times. But between two blanks it never looks
further than those blanks, so a piece between blanks always gives the same words, but
for the first and the last one. Pieces without quotes are cut by one expression; all
others, and whatever looks unusual, are given to NLTK itself.
"""

import re
from itertools import chain

from nltk.tokenize import NLTKWordTokenizer

from ._memo import Memo

# ASCII without quotes: here NLTK's rules are those of _CUT and nothing else
_PLAIN = re.compile(r"[A-Za-z0-9_.,:;@#$%&?!*()\[\]{}<>+=/\\^~|-]*")
# what other rules of NLTK's are about: words that are two, runs of dots and dashes, and
# a colon that hides the next one
_TWO_WORDS = ("cannot", "gimme", "gonna", "gotta", "lemme", "wanna")
_SPECIAL = re.compile(rf"\.\.|--|[,:][,:]|{'|'.join(_TWO_WORDS)}", re.IGNORECASE)
_CUT = re.compile(
    r"[;@#$%&?!*()\[\]{}<>]|[,:](?![0-9])"
    r"|(?:[^;@#$%&?!*()\[\]{}<>,:]|[,:](?=[0-9]))+"
)
# the dot that ends a text, and what closes after it
_LAST_DOT = re.compile(r"\.([\])}>]*)\Z")
_CLOSING = re.compile("[\\])}>\"'\u00bb\u201d\u2019]*")
# white space to Python and not to NLTK, which separates no words until the end
_ODD_BLANK = re.compile("[\x1c-\x1f]")
# rules on these look at what kind of white space is beside them
_QUOTE = re.compile("[\"'`\u00ab\u00bb\u201c\u201d\u2018\u2019\u201e]")
_N_PIECES = 1 << 15


class _Unusual(Exception):
    """The text is one for NLTK as a whole."""


class Words:
    """Cut texts into words, each of which is finished once.

    Parameters
    ----------
    finish : callable
        From a word of NLTK's to a tuple of str: what to have in its place.
    """

    def __init__(self, finish):
        self._nltk = NLTKWordTokenizer().tokenize
        self._finished = Memo(finish, _N_PIECES)
        self._pieces = Memo(self._inside, _N_PIECES)

    def __call__(self, text):
        """Return the list of finished words of a text."""
        try:
            return list(self._words(text))
        except _Unusual:
            return list(self._finish(self._nltk(text)))

    def _words(self, text):
        end = text.rstrip()
        last = end.rsplit(None, 1)[-1] if end else ""
        start, after = len(end) - len(last), text[len(end) :]
        if after and _ODD_BLANK.search(after):
            raise _Unusual
        if not start:
            return self._finish(self._last(last, "", after))
        if _CLOSING.fullmatch(last):
            raise _Unusual  # the dot that ends the text may be anywhere
        pieces = text[:start].split(" ")
        words = chain.from_iterable(map(self._pieces.__getitem__, pieces))
        if text[0] in "\"'":
            first = self._first(pieces.pop(0))
            words = chain(self._finish(first), words)
        last = self._last(last, text[start - 1], after)
        return chain(words, self._finish(last))

    def _finish(self, words):
        return chain.from_iterable(map(self._finished.__getitem__, words))

    def _inside(self, piece):
        """Return the finished words of what stands between two blanks."""
        if piece.isalnum() and piece.isascii() and piece.lower() not in _TWO_WORDS:
            return self._finished[piece]
        if _is_plain(piece):
            words = _CUT.findall(piece)
        elif _ODD_BLANK.search(piece):
            raise _Unusual
        elif (parts := piece.split()) == [piece] or _QUOTE.search(piece):
            words = self._nltk(f"x {piece} x")[1:-1]
        else:
            # white space of other kinds
            return tuple(chain.from_iterable(map(self._pieces.__getitem__, parts)))
        return tuple(self._finish(words))

    def _first(self, piece):
        """Return the words of what begins the text with a quote."""
        if piece.split() != [piece]:
            raise _Unusual
        return self._nltk(f"{piece} x")[:-1]

    def _last(self, piece, before, after):
        """Return the words of what ends the text, where a dot is no part of a word."""
        if _is_plain(piece):
            dot = _LAST_DOT.search(piece)
            if dot is None:
                return _CUT.findall(piece)
            return [*_CUT.findall(piece[: dot.start()]), ".", *dot[1]]
        if not before:
            return self._nltk(piece + after)
        return self._nltk(f"x{before}{piece}{after}")[1:]


def _is_plain(piece):
    return _PLAIN.fullmatch(piece) and not _SPECIAL.search(piece)

"""The sentences of a note, for NLTK takes the dot off the last word of a text only."""

import re

from ._nltk_data import sentence_tokenizer

# a mark after three characters that are no initials, then a capital; or an empty line
_END = re.compile(r"(?<=[a-z0-9)\]]{3}[.!?])\s+(?=[A-Z])|\n\s*\n")


class BySentence:
    """Cut each sentence of a text into words.

    Parameters
    ----------
    words : callable
        From a sentence to its words.
    how : {"simple", "nltk"}
        What finds sentences.
    """

    def __init__(self, words, how):
        self._words = words
        self._sentences = sentence_tokenizer() if how == "nltk" else _END.split

    def __call__(self, text):
        """Return the list of words of a text."""
        return [word for part in self._sentences(text) for word in self._words(part)]

"""Tokenization of each sentence by itself.

NLTK's word tokenizer separates the period from the last word of a text only.
"""

import re

from ._nltk_data import punkt_tokenizer

# a mark after three characters that aren't initials, then a capital; or an empty line
_SENTENCE_END = re.compile(r"(?<=[a-z0-9)\]]{3}[.!?])\s+(?=[A-Z])|\n\s*\n")


class SentencewiseTokenizer:
    """Split a text into sentences, and each sentence into words.

    Parameters
    ----------
    tokenize : callable
        Function from a sentence to the list of its words.
    method : {"simple", "nltk"}
        How sentences are found: by a regular expression, or by NLTK's Punkt.
    """

    def __init__(self, tokenize, method):
        self._tokenize = tokenize
        self._split = punkt_tokenizer() if method == "nltk" else _SENTENCE_END.split

    def __call__(self, text):
        """Return the list of words of a text."""
        return [
            word for sentence in self._split(text) for word in self._tokenize(sentence)
        ]

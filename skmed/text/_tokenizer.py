"""NLTKTokenizer: a note in, its words out."""

from functools import lru_cache

from sklearn.base import BaseEstimator
from sklearn.utils._param_validation import StrOptions

from skmed._parameters import Parameterized, parameter
from skmed.text._words import Words


class NLTKTokenizer(Parameterized, BaseEstimator):
    """The words of a note: NLTK's tokens, fast.

    See Also
    --------
    TokenSequencer : Turns words into numbers.

    References
    ----------
    Bird, Klein & Loper (2009). *Natural Language Processing with Python*. O'Reilly.

    Examples
    --------
    >>> from skmed.text import NLTKTokenizer
    >>> NLTKTokenizer()("BP 120/80, denies chest pain.")
    ['bp', '120/80', ',', 'deni', 'chest', 'pain', '.']
    """

    stemmer: str | None = parameter(
        "porter",
        "{'porter', 'snowball'} or None",
        "How endings are taken off. Words longer than 500 characters keep theirs.",
        StrOptions({"porter", "snowball"}),
        None,
    )

    def __call__(self, text):
        """Return the words of a note.

        Parameters
        ----------
        text : str
            A note.

        Returns
        -------
        list of str
            Its words, in order.
        """
        return _words(self.stemmer)(text)


@lru_cache(maxsize=16)
def _words(stemmer):
    if stemmer == "porter":
        from nltk.stem import PorterStemmer

        stem = PorterStemmer().stem
    else:
        stem = str

    def finish(word):
        return (stem(word.lower()),)

    return Words(finish)

"""NLTKTokenizer: a note in, its words out."""

from functools import lru_cache, partial

from nltk.stem import PorterStemmer, SnowballStemmer
from sklearn.base import BaseEstimator
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS
from sklearn.utils._param_validation import StrOptions

from skmed._parameters import ListOf, Parameterized, parameter

from ._negation import NegatedWords
from ._nltk_data import lemma, nltk_stop_words
from ._sentences import BySentence
from ._words import Words

# beyond that it is no word, and a stemmer walks through it again and again
_LONGEST_STEMMED = 500
_N_PREPARED = 8
# with which all that Porter's rules take off or change ends
_PORTER = (
    *("s", "ed", "ing", "y"),  # steps 1a to 1c
    *("al", "i", "er", "or", "ion", "ism", "e", "ful"),  # 2 and 3
    *("ic", "ant", "ent", "ou", "ll"),  # 4 and 5
)


class NLTKTokenizer(Parameterized, BaseEstimator):
    """The words of a note: NLTK's tokens, several times as fast.

    A callable from str to list of str: give it to :class:`TokenSequencer` and the
    text estimators as ``tokenizer``, or to scikit-learn's vectorizers as ``analyzer``.
    Numbers and units stay whole (``120/80``, ``5mg``). Each step is NLTK's own: its
    word tokenizer, which takes a note as one sentence unless `sentences` cuts it, then
    lower case, stop words, WordNet and a stemmer. By default nothing has to be
    downloaded.

    Words once seen are remembered with what became of them, up to a bound, in the
    memory of the process and never in the tokenizer: nothing of a note is pickled with
    it or with a model that has it. :meth:`forget` clears that memory.

    See Also
    --------
    TokenSequencer : Turns words into numbers.
    sklearn.feature_extraction.text.TfidfVectorizer : Takes it as `analyzer`.

    References
    ----------
    Bird, Klein & Loper (2009). *Natural Language Processing with Python*. O'Reilly.

    Porter (1980). "An algorithm for suffix stripping". *Program* 14(3).

    Chapman et al. (2001). "A Simple Algorithm for Identifying Negated Findings and
    Diseases in Discharge Summaries". *J Biomed Inform* 34(5).

    Examples
    --------
    >>> from sklearn.feature_extraction.text import TfidfVectorizer
    >>> from skmed.text import NLTKTokenizer
    >>> NLTKTokenizer()("BP 120/80, denies chest pain.")
    ['bp', '120/80', ',', 'deni', 'chest', 'pain', '.']
    >>> NLTKTokenizer(stemmer=None, negation=True)("Denies chest pain. Coughs.")
    ['denies', 'chest_NEG', 'pain._NEG', 'coughs', '.']
    >>> vectorizer = TfidfVectorizer(analyzer=NLTKTokenizer(stop_words="english"))
    >>> vectorizer.fit_transform(["No fever.", "Fever since Monday."]).shape
    (2, 3)
    """

    lowercase: bool = parameter(
        "bool", "Whether all words become lower case.", "boolean", default=True
    )
    stop_words: str | list | None = parameter(
        "{'english', 'nltk'}, list of str or None",
        """Words to leave out, compared in lower case before stemming. 'english' is
        scikit-learn's list; 'nltk' is NLTK's, which has to be downloaded once. Both
        contain "no" and "not", which `negation` still sees.""",
        StrOptions({"english", "nltk"}),
        ListOf(str),
        set,
        frozenset,
        None,
        default=None,
    )
    lemmatize: bool = parameter(
        "bool",
        """Whether words become their base form in WordNet, which has to be downloaded
        once: "was" is "be", "lungs" are "lung". Comes before the stemmer.""",
        "boolean",
        default=False,
    )
    stemmer: str | None = parameter(
        "{'porter', 'snowball'} or None",
        """How endings are taken off, so that "denies" and "denied" are one word. None
        leaves them on, as the vectors of words that others have learned need. Words
        of more than 500 characters keep theirs.""",
        StrOptions({"porter", "snowball"}),
        None,
        default="porter",
    )
    negation: bool = parameter(
        "bool",
        """Whether words that a note denies get "_NEG" at their end, so that "denies
        chest pain" isn't chest pain: from a word of denial to the end of the clause, as
        NLTK's `mark_negation` does. Words of denial are NLTK's ("no", "not", "n't" ...)
        and "deny" in all its forms, "without" and "absence".""",
        "boolean",
        default=False,
    )

    sentences: str | None = parameter(
        "{'simple', 'nltk'} or None",
        """How a note is cut into sentences first. NLTK takes the dot off the last word
        of a text only, so in a note of several sentences "pain." is another word than
        "pain" unless it is cut. 'simple' cuts between a mark and a capital letter and
        at empty lines; 'nltk' is NLTK's Punkt, which has to be downloaded once, and
        gives the tokens of NLTK's `word_tokenize`. None takes a note as a sentence.""",
        StrOptions({"simple", "nltk"}),
        None,
        default=None,
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
        if not isinstance(text, str):
            raise TypeError(
                f"NLTKTokenizer takes one note, a str, and got {type(text).__name__}; "
                "give it each note of a list."
            )
        stop_words = self.stop_words
        if isinstance(stop_words, list | set):
            stop_words = tuple(stop_words)
        try:
            words = _prepare(
                self.lowercase,
                stop_words,
                self.lemmatize,
                self.stemmer,
                self.negation,
                self.sentences,
            )
        except TypeError:
            self._validate_params()  # says more than that a value is no key
            raise
        return words(text)

    @staticmethod
    def forget():
        """Clear what the process remembers of the words that it has seen."""
        _prepare.cache_clear()


# typed, for 1 is no bool although it equals one
@lru_cache(maxsize=_N_PREPARED, typed=True)
def _prepare(lowercase, stop_words, lemmatize, stemmer, negation, sentences):
    """Return the function from a note to its words, which has their memory."""
    NLTKTokenizer(
        lowercase=lowercase,
        stop_words=stop_words,
        lemmatize=lemmatize,
        stemmer=stemmer,
        negation=negation,
        sentences=sentences,
    )._validate_params()
    steps = _steps(lowercase, lemmatize, stemmer)
    left_out = _left_out(stop_words)

    def finish(word):
        if word.lower() in left_out:
            return ()
        for step in steps:
            word = step(word)
        return (word,)

    words = NegatedWords(finish) if negation else Words(finish)
    return words if sentences is None else BySentence(words, sentences)


def _steps(lowercase, lemmatize, stemmer):
    steps = [str.lower] if lowercase else []
    if lemmatize:
        steps.append(lemma())
    if stemmer == "snowball":
        if not lowercase:
            raise ValueError(
                "stemmer='snowball' makes words lower case; set lowercase=True, or "
                "take stemmer='porter', which doesn't."
            )
        steps.append(_up_to_longest(SnowballStemmer("english").stem))
    elif stemmer == "porter":
        stem = _up_to_longest(partial(PorterStemmer().stem, to_lowercase=lowercase))
        steps.append(lambda word: stem(word) if word.endswith(_PORTER) else word)
    return steps


def _left_out(stop_words):
    if stop_words is None:
        return frozenset()
    if stop_words == "english":
        return ENGLISH_STOP_WORDS
    return nltk_stop_words() if stop_words == "nltk" else frozenset(stop_words)


def _up_to_longest(stem):
    return lambda word: stem(word) if len(word) <= _LONGEST_STEMMED else word

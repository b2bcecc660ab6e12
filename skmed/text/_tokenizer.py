"""NLTKTokenizer: the words of a note."""

from functools import lru_cache, partial

from nltk.stem import PorterStemmer, SnowballStemmer
from sklearn.base import BaseEstimator
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS
from sklearn.utils._param_validation import StrOptions

from skmed._parameters import ListOf, Parameterized, parameter

from ._negation import NegationTokenizer
from ._nltk_data import nltk_stop_words, wordnet_lemmatizer
from ._sentences import SentencewiseTokenizer
from ._word_tokenizer import WordTokenizer

# longer words are no real words, and stemming takes quadratic time
_MAX_STEMMED_LENGTH = 500
# number of parameter settings whose tokenizers are cached
_N_CACHED = 8
# endings of all words that Porter's rules change
_PORTER_ENDINGS = (
    *("s", "ed", "ing", "y"),  # steps 1a to 1c
    *("al", "i", "er", "or", "ion", "ism", "e", "ful"),  # steps 2 and 3
    *("ic", "ant", "ent", "ou", "ll"),  # steps 4 and 5
)


class NLTKTokenizer(Parameterized, BaseEstimator):
    """Tokenizer of clinical notes, with NLTK's results at several times its speed.

    A callable from str to list of str: pass it to :class:`TokenSequencer` and the text
    estimators as ``tokenizer``, or to scikit-learn's vectorizers as ``analyzer``.
    Numbers and units are kept whole (``120/80``, ``5mg``). The steps are those of NLTK:
    sentences, if `sentences` is set; words; lower case; stop words; WordNet's base
    forms; stems. With default parameters no data of NLTK is needed.

    Words and their normalized forms are cached in the process, up to a maximum number,
    and never in the tokenizer: no part of a note is pickled with it or with a model
    that has it. :meth:`forget` clears the cache.

    See Also
    --------
    TokenSequencer : Convert notes to token ids.
    sklearn.feature_extraction.text.TfidfVectorizer : Takes it as ``analyzer``.

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
        "bool", "Whether words are converted to lower case.", "boolean", default=True
    )
    stop_words: str | list | None = parameter(
        "{'english', 'nltk'}, list of str or None",
        """Words to remove, compared in lower case before stemming. 'english' is
        scikit-learn's list; 'nltk' is NLTK's, which must be downloaded once. Both
        contain "no" and "not", which `negation` recognizes nevertheless.""",
        StrOptions({"english", "nltk"}),
        ListOf(str),
        set,
        frozenset,
        None,
        default=None,
    )
    lemmatize: bool = parameter(
        "bool",
        """Whether words are replaced by their base forms in WordNet, which must be
        downloaded once: "was" by "be", "lungs" by "lung". Applied before the
        stemmer.""",
        "boolean",
        default=False,
    )
    stemmer: str | None = parameter(
        "{'porter', 'snowball'} or None",
        f"""Stemmer, which removes endings, so that "denies" and "denied" are one word.
        None for no stemming, as pretrained word vectors need. Words of more than
        {_MAX_STEMMED_LENGTH} characters are not stemmed.""",
        StrOptions({"porter", "snowball"}),
        None,
        default="porter",
    )
    negation: bool = parameter(
        "bool",
        """Whether "_NEG" is appended to negated words, those from a negation to the end
        of its clause, as by NLTK's ``mark_negation``. Negations are those of NLTK
        ("no", "not", "n't" ...), the forms of "deny", "without" and "absence".""",
        "boolean",
        default=False,
    )
    sentences: str | None = parameter(
        "{'simple', 'nltk'} or None",
        """How a note is split into sentences before it is split into words. NLTK
        separates the period from the last word of a text only, so without sentences
        "pain." within a note is another word than "pain". 'simple' splits between a
        punctuation mark and a capital letter, and at empty lines; 'nltk' is NLTK's
        Punkt, which must be downloaded once, and gives the words of NLTK's
        ``word_tokenize``. None for a note as one sentence.""",
        StrOptions({"simple", "nltk"}),
        None,
        default=None,
    )

    def __call__(self, text) -> list[str]:
        """Return the words of a note.

        Parameters
        ----------
        text : str
            A note.

        Returns
        -------
        list of str
            Words, in order.

        Raises
        ------
        LookupError
            If data of NLTK is needed and isn't installed.
        TypeError
            If the note isn't a str.
        ValueError
            If a parameter is invalid.
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
            tokenize = _make_tokenizer(
                self.lowercase,
                stop_words,
                self.lemmatize,
                self.stemmer,
                self.negation,
                self.sentences,
            )
        except TypeError:
            self._validate_params()  # a value that isn't hashable is invalid
            raise
        return tokenize(text)

    @staticmethod
    def forget():
        """Clear the cache of words, which is shared by all tokenizers."""
        _make_tokenizer.cache_clear()


# typed, so that 1 isn't taken for True, and is refused
@lru_cache(maxsize=_N_CACHED, typed=True)
def _make_tokenizer(lowercase, stop_words, lemmatize, stemmer, negation, sentences):
    """Return the function from a note to its words, with its caches."""
    NLTKTokenizer(
        lowercase=lowercase,
        stop_words=stop_words,
        lemmatize=lemmatize,
        stemmer=stemmer,
        negation=negation,
        sentences=sentences,
    )._validate_params()
    steps = _normalization_steps(lowercase, lemmatize, stemmer)
    removed = _read_stop_words(stop_words)

    def normalize(word):
        if word.lower() in removed:
            return ()
        for step in steps:
            word = step(word)
        return (word,)

    tokenize = NegationTokenizer(normalize) if negation else WordTokenizer(normalize)
    return tokenize if sentences is None else SentencewiseTokenizer(tokenize, sentences)


def _normalization_steps(lowercase, lemmatize, stemmer):
    """Return the functions, from word to word, that normalize words in order."""
    steps = [str.lower] if lowercase else []
    if lemmatize:
        steps.append(wordnet_lemmatizer())
    if stemmer == "snowball":
        if not lowercase:
            raise ValueError(
                "stemmer='snowball' converts words to lower case; set lowercase=True, "
                "or stemmer='porter', which doesn't."
            )
        steps.append(_skip_long_words(SnowballStemmer("english").stem))
    elif stemmer == "porter":
        stem = _skip_long_words(partial(PorterStemmer().stem, to_lowercase=lowercase))
        # other words stay as they are, and the stemmer is slow
        steps.append(
            lambda word: stem(word) if word.endswith(_PORTER_ENDINGS) else word
        )
    return steps


def _read_stop_words(stop_words):
    """Return the stop words as a frozenset."""
    if stop_words is None:
        return frozenset()
    if stop_words == "english":
        return ENGLISH_STOP_WORDS
    return nltk_stop_words() if stop_words == "nltk" else frozenset(stop_words)


def _skip_long_words(stem):
    return lambda word: stem(word) if len(word) <= _MAX_STEMMED_LENGTH else word

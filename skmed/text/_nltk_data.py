"""Data of NLTK that must be downloaded once: stop words, Punkt and WordNet."""

import contextlib


@contextlib.contextmanager
def explain_missing_data(parameter, resource, description):
    """Explain how to get data of NLTK that isn't installed.

    Parameters
    ----------
    parameter : str
        Parameter that needs the data, with its value.
    resource : str
        Name of the data in NLTK's downloader.
    description : str
        What the data is.

    Raises
    ------
    LookupError
        If NLTK doesn't find the data.
    """
    try:
        yield
    except LookupError as error:
        raise LookupError(
            f"{parameter} needs NLTK's {description}, which isn't installed; get it "
            f"once with python -m nltk.downloader {resource}, or add the folder that "
            "has it to nltk.data.path."
        ) from error


def nltk_stop_words():
    """Return NLTK's English stop words as a frozenset."""
    from nltk.corpus import stopwords

    with explain_missing_data("stop_words='nltk'", "stopwords", "list of stop words"):
        return frozenset(stopwords.words("english"))


def punkt_tokenizer():
    """Return a function from a text to its sentences, by NLTK's Punkt."""
    from nltk.tokenize import PunktTokenizer

    with explain_missing_data(
        "sentences='nltk'", "punkt_tab", "Punkt models of sentences"
    ):
        return PunktTokenizer("english").tokenize


def wordnet_lemmatizer():
    """Return a function from a word to its base form in WordNet.

    The part of speech is unknown. A noun in its base form is kept; other words become
    the base form of the verb, or else of the noun: "left" stays "left", "was" becomes
    "be", and "lungs" becomes "lung".
    """
    from nltk.corpus import wordnet

    with explain_missing_data("lemmatize=True", "wordnet", "WordNet"):
        wordnet.ensure_loaded()

    def lemmatize(word):
        noun = wordnet.morphy(word, wordnet.NOUN)
        if noun == word:
            return word
        return wordnet.morphy(word, wordnet.VERB) or noun or word

    return lemmatize

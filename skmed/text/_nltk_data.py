"""What NLTK has to be given once: lists and dictionaries, and how to get them."""

import contextlib


@contextlib.contextmanager
def needed(parameter, name, what):
    """Say how to get data that a parameter asks for and NLTK doesn't find."""
    try:
        yield
    except LookupError as error:
        raise LookupError(
            f"{parameter} needs NLTK's {what}, which isn't installed; get it once with "
            f"python -m nltk.downloader {name}, or add the folder that has it to "
            "nltk.data.path."
        ) from error


def nltk_stop_words():
    """Return NLTK's English stop words."""
    from nltk.corpus import stopwords

    with needed("stop_words='nltk'", "stopwords", "list of stop words"):
        return frozenset(stopwords.words("english"))


def sentence_tokenizer():
    """Return a function from a text to its sentences, NLTK's Punkt."""
    from nltk.tokenize import PunktTokenizer

    with needed("sentences='nltk'", "punkt_tab", "Punkt models of sentences"):
        return PunktTokenizer("english").tokenize


def lemma():
    """Return a function from a word to its base form in WordNet.

    Without the sentence, nobody knows whether "left" is a side or a deed. A noun that
    is in its base form stays as it is; else it is the verb's, else the noun's. So
    "left" stays, "was" is "be", and "lungs" are "lung".
    """
    from nltk.corpus import wordnet

    with needed("lemmatize=True", "wordnet", "WordNet"):
        wordnet.ensure_loaded()

    def base(word):
        noun = wordnet.morphy(word, wordnet.NOUN)
        if noun == word:
            return word
        return wordnet.morphy(word, wordnet.VERB) or noun or word

    return base

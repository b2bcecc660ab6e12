"""Tables of speed/tokenizer.py."""

from benchmarks._tables import methods_table

CASE = "tokens"
NLTK, ANALYZER = "NLTK, the usual program", "TfidfVectorizer's analyzer"
COLD, WARM, LONG = (f"NLTKTokenizer, {state}" for state in ("cold", "warm", "long"))


def table(results):
    """Write a line for each tokenizer, and the ratios."""
    settings = results.settings()
    ratios = ", ".join(
        f"{method.removeprefix('NLTKTokenizer, ')} "
        f"{results.ratio(CASE, method, NLTK, 'tokens'):.1f}"
        for method in (COLD, WARM, LONG)
    )
    beside = results.ratio(CASE, COLD, ANALYZER, "tokens")
    columns = {"tokens": ("thousand a second", 0)}
    return "\n\n".join(
        [
            f"{settings['n_sentences']} sentences of ade_corpus, "
            f"{settings['n_tokens']} tokens after stop words, the same in the first, "
            f"third and fourth row; {settings['rounds']} rounds in turn, thousand "
            "tokens per second of one core's time, mean (min to max). The long corpus "
            f"has {settings['n_long']} sentences with {settings['n_pieces']} different "
            "pieces between blanks, of which at most 65536 are cached.",
            methods_table(results, CASE, columns, first="tokenizer"),
            f"Medians of NLTKTokenizer as multiples of the usual program: {ratios}; "
            f"cold, as a multiple of TfidfVectorizer's analyzer: {beside:.2f}.",
        ]
    )

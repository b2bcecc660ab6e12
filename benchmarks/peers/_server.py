"""The side of a peer's process: answers requests, a line of JSON each."""

import json
import sys


def serve(start):
    """Answer requests until the other side closes.

    Parameters
    ----------
    start : callable
        Takes the settings; returns a greeting, which JSON can hold, and a function
        from request to answer.
    """
    answers = sys.stdout
    # what libraries print must not mix with answers
    sys.stdout = sys.stderr
    greeting, answer = start(json.loads(sys.stdin.readline()))
    print(json.dumps(greeting), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), file=answers, flush=True)

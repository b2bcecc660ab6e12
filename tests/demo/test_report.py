"""The HTML report."""

from html.parser import HTMLParser

import numpy as np
import pytest

from skmed.demo._report import write_report
from skmed.demo._results import Gallery, Picture, Plot, Result, Row

HTML = "<script>alert('x')</script> & \"quoted\""


def result(title="Images", score="accuracy", figures=()):
    rows = [
        Row("linear", "cross-validation", {score: 0.91234}, 1.26),
        Row("linear", "test set", {score: 0.5}, 0.04),
        Row("deep", "cross-validation", {score: 1.0}, 100.0, chosen=True),
    ]
    return Result(title, "synthetic", rows, ["One note."], list(figures))


class Page(HTMLParser):
    """Tags, addresses and text of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.addresses, self.text = [], [], [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag not in {"meta", "img"}:
            self.open.append(tag)
        self.addresses += [v for k, v in attributes if k in {"src", "href"}]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def page(tmp_path):
    def write(*results):
        path = tmp_path / "report.html"
        write_report(path, list(results), random_state=0, seconds=12.3)
        return Page(path.read_text(encoding="utf-8"))

    return write


def test_page_is_valid_and_self_contained(page):
    image = np.arange(16, dtype=np.uint8).reshape(4, 4)
    gallery = Gallery(
        "Some images",
        "pneumonia",
        [
            Picture(image, "normal", 0.1, correct=True),
            Picture(image, "normal", 0.97, correct=False),
        ],
    )
    plot = Plot("A line", "a line", lambda axes: axes.plot([0, 1], [0, 1]))
    page = page(result(figures=[gallery, plot]), result("Drugs", score="NDCG"))
    assert not page.open
    assert len(page.addresses) == 3
    assert all(url.startswith("data:image/png;base64,") for url in page.addresses)
    assert not {"script", "link", "iframe"} & set(page.tags)
    for text in ("Not a medical device", "0.912", "pneumonia 97%, wrong", "One note."):
        assert text in page.text
    for text in ("12 seconds", "seed 0", "skmed ", "tensorflow ", "scikit-learn "):
        assert text in page.text
    assert page.tags.count("table") == 2


def test_text_is_escaped(page):
    rows = [Row(HTML, HTML, {HTML: 0.5}, 1.0)]
    image = np.zeros((2, 2), np.uint8)
    figures = [
        Gallery(HTML, HTML, [Picture(image, HTML, 0.5, correct=False)]),
        Plot(HTML, HTML, lambda axes: None),
    ]
    page = page(Result(HTML, HTML, rows, [HTML], figures))
    assert "script" not in page.tags
    assert not page.open
    assert page.text.count(HTML) == 10


def test_pyplot_is_not_used(page):
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    page(result(figures=[Plot("", "", lambda axes: None)]))
    assert plt.get_fignums() == before

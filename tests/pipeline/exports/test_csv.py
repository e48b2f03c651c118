"""CSV opens safely wherever it is opened."""

import csv
import io

import pandas as pd
import pytest

from pipeline.exports.csv import safe_cell, to_csv


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+cmd", "-model", "@sum", "\tx", "\rx"])
def test_text_that_could_run_gets_an_apostrophe(text):
    assert safe_cell(text) == "'" + text


@pytest.mark.parametrize("number", ["-80.00", "+5", "0.0000003"])
def test_numbers_are_left_alone(number):
    assert safe_cell(number) == number


def test_the_file_has_a_byte_order_mark_and_crlf_and_reads_back():
    frame = pd.DataFrame({"label": ["模型", "a,b", None], "price": ["0.1", "2", "3"]})
    content = to_csv(frame)
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == 4
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows == [["label", "price"], ["模型", "0.1"], ["a,b", "2"], ["", "3"]]

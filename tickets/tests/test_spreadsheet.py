"""Cells and lines of a CSV file."""

from __future__ import annotations

import csv
from io import StringIO

import pytest

from tickets.spreadsheet import inert, written


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_what_would_be_a_formula_is_text(start):
    assert inert(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("a;=1+1", "a;'=1+1"),
        ("a;;=1;-2", "a;;'=1;'-2"),
        ("a\t=1+1", "a\t'=1+1"),
        ("a\r\n@SUM(A1)", "a\r\n'@SUM(A1)"),
        ("a|＝1", "a|'＝1"),
        ('a;"=1+1', "a;'\"=1+1"),
        ("=1;=2", "'=1;'=2"),
    ],
)
def test_what_another_country_takes_for_the_next_cell_is_no_formula_either(cell, text):
    assert inert(cell) == text


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "PS-10423",
        "1:00",
        "a=b",
        " =1+1",
        "'=1+1",
        "2 d 3 h",
        "a; =b",
        "a;b",
        "a\r\nb",
        3600,
        -3600,
        0,
        None,
    ],
)
def test_anything_else_stays_as_it_is(cell):
    assert inert(cell) == cell


def test_a_spreadsheet_reads_back_what_was_written():
    rows = [["Ticket", "Subject"], ["PS-1", 'Says "no", twice\nin two lines; ärger'], ["", 7]]

    read = list(csv.reader(StringIO(written(rows), newline="")))

    assert read == [["Ticket", "Subject"], rows[1], ["", "7"]]


def test_lines_end_as_the_format_says():
    assert written([["=1+1", None, "a,b"]]) == '\'=1+1,,"a,b"\r\n'

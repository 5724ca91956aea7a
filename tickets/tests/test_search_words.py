"""What is typed to search, and what the index is asked for it."""

import pytest

from tickets.search_words import read


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("schedule", "(('schedule':*))"),
        ("night shift", "(('night') & ('shift':*))"),
        ('"night shift"', "(('night' <-> 'shift'))"),
        ('"night shift', "(('night' <-> 'shift'))"),
        ("pager -demo", "(('pager') & !('demo'))"),
        ("pager or phone", "(('pager')) | (('phone':*))"),
        ("dana@harbor.example", "(('dana' <-> 'harbor' <-> 'example':*))"),
        ("1.877.844.7727", "(('1' <-> '877' <-> '844' <-> '7727'))"),
        ("ERR-1042/b", "(('err' <-> '1042' <-> 'b'))"),
        ("Jürgen", "(('jurgen':*))"),
        ("it's x", "(('it' <-> 's') & ('x'))"),
        ("-demo", ""),
        ("pager or -demo", "(('pager'))"),
        ("' | ! & () :* <->", ""),
        ("", ""),
    ],
)
def test_words_phrases_and_what_not_to_find_are_read_as_search_engines_do(typed, asked):
    assert str(read(typed)) == asked


def test_what_words_have_in_common_in_all_their_forms_is_marked():
    assert read('schedules "calling IT" -demo').roots() == ("schedul", "call", "it")


def test_of_very_much_the_beginning_is_looked_for():
    assert len(read("a " * 500).ways[0]) == 12
    assert read("a" * 500).roots() == ("a" * 200,)

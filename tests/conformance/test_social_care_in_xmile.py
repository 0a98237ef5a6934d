"""What the comparison of the two formats says of a peer that cannot open a file, and of columns that differ."""

from pathlib import Path

import numpy as np

from conformance.social_care_in_xmile import last_words, told, without

TRACEBACK = """Traceback (most recent call last):
  File "reader.py", line 2, in parse
    raise IndexError
IndexError: list index out of range

"""


def test_the_reason_is_the_line_of_the_traceback_that_names_it():
    assert last_words(TRACEBACK) == "IndexError: list index out of range"
    assert last_words("") == "no reason given"


def test_settings_are_left_out_of_a_comparison():
    columns = {"saveper": np.zeros(2), "x": np.ones(2)}
    assert list(without(columns, ("saveper",))) == ["x"]


def test_a_difference_beyond_the_tolerance_is_told_and_fails(capsys):
    assert told("peer", Path("model.xmile"), {"a": 1e-10, "b": 0.0})
    assert not told("peer", Path("model.xmile"), {"a": 1e-8, "b": 0.0})
    assert "1.00e-08  a" in capsys.readouterr().out

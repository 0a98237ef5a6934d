"""Limits by name and value: what is no limit, and the words and figures of an excess."""

from __future__ import annotations

import re

import pytest

import stockflow as sf
from stockflow.limits import USUAL, UnknownLimit, limits_of


@pytest.mark.parametrize(("given", "words"), [
    ({"cels": 5}, "there is no limit 'cels'; did you mean 'cells'?"),
    ({"saved_numbers": 5}, "did you mean 'saved-numbers'?"),
    ({"qqq": 5}, "there is no limit 'qqq'; the limits are file-bytes, "),
    ({"cells": 0}, "the limit 'cells' is a whole number from 1 (it counts cells of one variable"),
    ({"cells": 2.5}, "found 2.5"),
    ({"cells": float("inf")}, "found inf"),
    ({"xml-depth": 2001}, "the limit 'xml-depth' cannot be more than 2,000: the XML library reads no more"),
])
def test_a_limit_that_does_not_exist_or_cannot_be_so_is_refused_in_words(given: dict[str, float], words: str) -> None:
    with pytest.raises(UnknownLimit, match=re.escape(words)):
        sf.load("no.mdl", limits=given)


def test_limits_are_whole_numbers_however_they_are_written() -> None:
    made = limits_of({"cells": 1e9, "steps": 5})
    assert (made.cells, made["cells"], made["steps"], made["slats"]) == (10**9, 10**9, 5, USUAL.slats)
    assert list(made.changed()) == [("cells", 10**9), ("steps", 5)]


@pytest.mark.parametrize(("found", "enough"), [
    (11, 11), (101, 110), (1_234_567, 1_300_000), (1_000_000.5, 1_100_000), (99_000, 99_000), (99_001, 100_000),
])
def test_the_value_of_a_hint_has_two_digits_and_is_enough(found: float, enough: int) -> None:
    words = limits_of({"cells": 10}).excess("cells", found, "it has", "cells")
    assert words is not None and f"--limit cells={enough} (" in words.hint


def test_a_limit_that_cannot_be_raised_so_far_says_why() -> None:
    words = USUAL.excess("xml-depth", 2001, "the XML is nested", "deep", "take it out")
    assert words is not None
    assert words.hint == "take it out; the limit cannot be more than 2,000: the XML library reads no more"
    words = USUAL.excess("xml-depth", 1999, "the XML is nested", "deep")
    assert words is not None and "--limit xml-depth=2000 (" in words.hint
    words = limits_of({"xml-depth": 2000}).stopped("xml-depth", "the XML is nested", "deep")
    assert words.hint == "the limit cannot be more than 2,000: the XML library reads no more"


def test_what_is_no_number_keeps_no_limit() -> None:
    words = USUAL.excess("slats", float("nan"), "a conveyor has", "slats", "raise TIME STEP")
    assert words is not None and (words.message, words.hint) == (
        "a conveyor has nan slats; the limit is 100,000", "raise TIME STEP"
    )

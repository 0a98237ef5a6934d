"""Texts of units: what they mean, how they are printed, what is wrong with them."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockflow.analysis.unit_algebra import DIMENSIONLESS, Units, equivalents, read, renamed


def words(text):
    reading = read(text)
    return reading.units.words(dict(reading.labels))


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Month", "Month"),
        ("1/Month", "1/Month"),
        ("GBP/(Child*Month)", "GBP/(Child*Month)"),
        ("GBP/Child/Month", "GBP/(Child*Month)"),
        ("kg*m/s^2", "kg*m/s^2"),
        ("m/s/s", "m/s^2"),
        ("(widgets/Month)/Month", "widgets/Month^2"),
        ("m^(1/2)", "m^(1/2)"),
        ("m^-1", "1/m"),
        ("Degrees Fahrenheit/Minute", "Degrees Fahrenheit/Minute"),
        ("$/year", "$/year"),
        ("people per year", "people/year"),
        ("per Day", "1/Day"),
        ("/Day", "1/Day"),
        ("Month/Month", "Dmnl"),
        ("1", "Dmnl"),
        ("Person Hours", "Person Hours"),
        ("per-capita income", "per-capita income"),
    ],
)
def test_units_are_products_of_names(text, printed):
    assert words(text) == printed


def test_the_order_of_names_and_their_case_do_not_matter():
    assert read("Hours*Persons/Week").units == read("persons * hours / WEEK").units
    assert read("heat_units").units == read("Heat  Units").units


def test_a_range_after_the_units_is_not_part_of_them():
    assert words("Minutes [0,?]") == "Minutes"
    assert read("[0,10]").units is None
    assert read("[0,10]").fault is None


def test_no_text_means_no_units_and_no_fault():
    assert read("  ").units is None
    assert read("  ").fault is None


def test_a_sign_too_many_is_told_where_it_stands_and_read_over():
    reading = read("person/ /Month")
    assert reading.fault.message == "cannot read the units 'person/ /Month'"
    assert (reading.fault.start, reading.fault.stop) == (7, 9)
    assert reading.units == read("person/Month").units


@pytest.mark.parametrize("text", ["a//", "(a*b", "a)", "Month'); open('x','w')", "@SUM(A1)", "a^b", "a^", "*"])
def test_what_is_no_product_of_names_is_a_fault(text):
    assert read(text).fault is not None


def test_huge_texts_and_exponents_end_in_a_fault_and_not_in_work():
    begun = time.process_time()
    assert "longer than" in read("(" * 5000 + "a" + ")" * 5000).fault.message
    assert "too large" in read("a^99999999").fault.message
    assert "too large" in read("*".join(f"u{number}" for number in range(200))).fault.message
    assert words("(" * 400 + "a" + ")" * 400) == "a"
    assert time.process_time() - begun < 30


def test_equivalent_names_become_one_and_groups_that_share_a_name_merge():
    names = equivalents([("Dollar", "Dollars"), ("$", "dollars"), ("Widget", "Widgets")], ["Dmnl"])
    euros, dollars, dmnl = read("$/Widgets").units, read("Dollar/Widget").units, read("Dmnl").units
    assert renamed(euros, names) == renamed(dollars, names)
    assert renamed(dmnl, names) == DIMENSIONLESS


def test_names_of_a_group_that_are_blank_say_nothing():
    assert equivalents([("", " "), ("Dollar", "", "$")], []) == {"dollar": "dollar", "$": "dollar"}


def test_a_group_that_holds_a_dimensionless_name_is_dimensionless():
    names = equivalents([("share", "Fraction"), ("part", "share")], ["fraction"])
    assert renamed(read("part*share/Month").units, names) == read("1/Month").units


some_units = st.dictionaries(st.sampled_from("abc"), st.fractions(-3, 3, max_denominator=3), max_size=3).map(
    lambda found: Units(tuple(sorted((key, exponent) for key, exponent in found.items() if exponent)))
)


@given(some_units, some_units, some_units)
def test_units_form_a_commutative_group(a, b, c):
    assert a * b == b * a
    assert (a * b) * c == a * (b * c)
    assert a / a == DIMENSIONLESS
    assert a * DIMENSIONLESS == a
    assert (a * b).power(Fraction(1, 2)) == a.power(Fraction(1, 2)) * b.power(Fraction(1, 2))


@given(some_units)
def test_what_is_printed_reads_back(units):
    assert read(units.words({})).units == (renamed(units, {}) if units.factors else read("Dmnl").units)

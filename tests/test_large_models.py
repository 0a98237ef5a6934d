"""Honest large models load, run and come to the right value: nothing in the engine recurses over a model."""

import gc
from itertools import pairwise

import pytest

import stockflow as sf
from benchmarks import models


def run(tmp_path, text, *outputs):
    file = tmp_path / "model.mdl"
    file.write_text(text, encoding="utf-8")
    return sf.load(file).run({}, outputs=list(outputs))


def test_fifty_thousand_constants(tmp_path):
    dataset = run(tmp_path, models.constants(50_000), "Last")
    assert float(dataset["Last"].max()) == 50_001


@pytest.mark.parametrize("text", [models.constants(2), "x = ("])
def test_the_search_for_garbage_is_as_it_was_after_loading(text, tmp_path):
    file = tmp_path / "model.mdl"
    file.write_text(text, encoding="utf-8")
    try:
        for on in (True, False):
            (gc.enable if on else gc.disable)()
            sf.check(file)
            assert gc.isenabled() is on
    finally:
        gc.enable()


def test_a_chain_of_five_thousand_auxiliaries(tmp_path):
    dataset = run(tmp_path, models.chain(5_000), "Link 5000")
    assert dataset["Link 5000"].values.tolist() == [5000, 5001, 5002]


def test_five_hundred_nested_parentheses(tmp_path):
    dataset = run(tmp_path, models.parentheses(500), "Deep")
    assert dataset["Deep"].values.tolist() == [500, 501, 502]


def test_three_hundred_nested_conditions(tmp_path):
    dataset = run(tmp_path, models.conditions(300), "Rung")
    assert dataset["Rung"].values.tolist() == [*range(0, 3000, 10), -1]


def test_a_sum_of_twenty_thousand_terms(tmp_path):
    dataset = run(tmp_path, models.long_sum(20_000), "Total")
    assert dataset["Total"].values.tolist() == [20_000, 40_000, 60_000]


@pytest.mark.parametrize("count", [40, 1000])
def test_many_elements_with_a_sum_a_condition_and_a_lookup_follow_a_plain_loop(tmp_path, count):
    dataset = run(tmp_path, models.elements(count, 20), "Level", "Total Level")
    level = [number / count for number in range(1, count + 1)]
    for step in range(20):
        crowding = sum(level) / count
        assert float(dataset["Total Level"][step]) == pytest.approx(sum(level), rel=1e-12)
        growth = [(0.01 if own > crowding else 0.03) * response(own) for own in level]
        level = [own + gained - 0.01 * own for own, gained in zip(level, growth, strict=True)]
    assert dataset["Level"][-1].values.tolist() == pytest.approx(level, rel=1e-12)


def response(value):
    """The lookup of `models.elements`, by its definition."""
    points = [(0, 1), (0.5, 0.9), (1, 0.6), (2, 0.3), (4, 0.1)]
    if value >= 4:
        return 0.1
    (x0, y0), (x1, y1) = next(pair for pair in pairwise(points) if value <= pair[1][0])
    return y0 + (y1 - y0) * (value - x0) / (x1 - x0)

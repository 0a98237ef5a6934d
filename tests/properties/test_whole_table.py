"""Models over the whole function table: both texts, a batch and the plain evaluator say the same to 1e-9."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from conformance.generated_models import Tally, check, report
from conformance.whole_table import Made, bounds, models
from conformance.whole_table_xmile import xmile_models
from stockflow.functions.table import ROWS

# A random model may well come to NaN, and the run warns of it.
pytestmark = pytest.mark.filterwarnings("ignore")


SETTINGS = settings(
    max_examples=40, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)


@given(models())
@SETTINGS
def test_all_opinions_of_a_vensim_model_agree(tmp_path: Path, made: Made) -> None:
    check(tmp_path, made, Tally())


@given(xmile_models())
@SETTINGS
def test_all_opinions_of_an_xmile_model_agree(tmp_path: Path, made: Made) -> None:
    check(tmp_path, made, Tally())


def test_every_row_that_has_a_vensim_spelling_and_a_value_is_drawn() -> None:
    left_out = {row.key for row in ROWS.values() if row.spellings.get("vensim")} - {b.row.key for b in bounds("vensim")}
    kinds = {ROWS[key].kind for key in left_out if not key.startswith("random")}
    assert kinds == {"external", "points", "refused", "series"}


def test_the_count_of_models_is_told() -> None:
    told = report(Tally(models=3, compared=2), 7, "", 1.0)
    assert told.startswith("seed 7: 3 models, 2 compared")
    assert told.endswith("disagreements: 0")

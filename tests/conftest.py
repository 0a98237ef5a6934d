"""Settings of all tests: in continuous integration properties draw the same examples each time; no cache is used."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

os.environ["STOCKFLOW_CACHE"] = "off"


def pytest_configure(config: pytest.Config) -> None:
    """Many models of tests read their lookups beyond the last point, as published ones do: only some ask about it."""
    config.addinivalue_line("filterwarnings", "ignore:SF705")

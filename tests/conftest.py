"""Settings of all tests: in continuous integration properties draw the same examples each time; no cache is used."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

os.environ["STOCKFLOW_CACHE"] = "off"

"""Diagnostics: what can be found, how it is kept and how it is shown."""

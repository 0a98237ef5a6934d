"""Measurements of cost. Nothing of the package imports from here."""

"""Holding the engine against others: published results and peers in environments of their own.

Nothing of the package imports from here.
"""

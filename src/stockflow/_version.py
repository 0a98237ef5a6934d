"""The version of stockflow, in the one place that the build and the program both read.

It must import nothing, so that it can be read before anything is installed.
"""

__version__ = "0.1.0"

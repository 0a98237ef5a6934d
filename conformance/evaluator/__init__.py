"""A small, slow evaluator of closed models, written from the language's definition: a second opinion.

It knows no plan, no order, no backend and no run time of the engine; numbers are worked out one by one.
"""

from conformance.evaluator.calls import knows
from conformance.evaluator.moments import Loop, UnknownFunction
from conformance.evaluator.numbers import BadArgument
from conformance.evaluator.run import evaluate

__all__ = ["BadArgument", "Loop", "UnknownFunction", "evaluate", "knows"]

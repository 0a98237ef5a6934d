"""stockflow runs system-dynamics models: Vensim .mdl and XMILE files in, xarray Datasets out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stockflow._version import __version__

if TYPE_CHECKING:
    from stockflow.api import Initial, Model, ModelError, ModelWarning, Replace, Variable, check, load

__all__ = ["Initial", "Model", "ModelError", "ModelWarning", "Replace", "Variable", "__version__", "check", "load"]


def __getattr__(name: str) -> Any:
    """Public names are imported when first asked for, which keeps `import stockflow` light."""
    if name not in __all__:
        raise AttributeError(f"module 'stockflow' has no attribute '{name}'")
    from stockflow import api

    return getattr(api, name)

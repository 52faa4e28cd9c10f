"""What training needs beyond a search: said in one line when it is not installed."""

from __future__ import annotations

from importlib.util import find_spec

from kb.errors import ConfigurationError

FITTING = ("torch", "sentence_transformers", "datasets", "accelerate")
"""Libraries without which no model is trained."""


def need(*modules: str) -> None:
    """Raise ConfigurationError naming the extra unless all ``modules`` are installed."""
    if missing := [module for module in modules if find_spec(module) is None]:
        raise ConfigurationError(
            f"L’entraînement demande des bibliothèques qui manquent ({', '.join(missing)}) : "
            'installez-les par pip install "passages[train]".'
        )


def quieten() -> None:
    """Libraries talk English of what a user can't change."""
    import datasets
    import transformers

    datasets.disable_progress_bars()
    transformers.logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers.logging.disable_progress_bar()  # type: ignore[no-untyped-call]

"""Measuring search on judged questions."""

from kb.evaluation.evaluating import Evaluation, evaluate

__all__ = ["Evaluation", "evaluate"]

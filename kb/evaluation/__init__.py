"""Measuring search on judged queries: whole, and without one ingredient at a time."""

from kb.evaluation.ablation import Ablation, ablate
from kb.evaluation.beir import load_collection
from kb.evaluation.evaluating import Evaluation, evaluate, measure
from kb.evaluation.judged import JudgedQuery, JudgedSet
from kb.evaluation.questions import judged_questions
from kb.evaluation.readings import readings_of

__all__ = [
    "Ablation",
    "Evaluation",
    "JudgedQuery",
    "JudgedSet",
    "ablate",
    "evaluate",
    "judged_questions",
    "load_collection",
    "measure",
    "readings_of",
]

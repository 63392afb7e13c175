"""Frozen values of budgets: states, and what the rules look at. Amounts are integer fen."""

from enum import StrEnum


class BudgetState(StrEnum):
    """How far a year's budget has come."""

    draft = "draft"
    approved = "approved"
    discarded = "discarded"


class AdjustmentState(StrEnum):
    """How far an adjustment has come. Approved, it is an edition of its budget."""

    draft = "draft"
    approved = "approved"
    discarded = "discarded"

"""Frozen values of visits: codes of the wire."""

from enum import StrEnum


class VisitKind(StrEnum):
    """How it was done."""

    on_site = "on_site"
    by_phone = "by_phone"
    meeting = "meeting"
    training_given = "training_given"
    other = "other"


class VisitDeed(StrEnum):
    """What was done. Facts of work alone: what somebody thinks or says has no place here."""

    explained_policy = "explained_policy"
    guided_formation = "guided_formation"
    guided_recruitment = "guided_recruitment"
    guided_meeting = "guided_meeting"
    gave_lesson = "gave_lesson"
    counted_members = "counted_members"
    checked_records = "checked_records"
    met_owner = "met_owner"
    gave_material = "gave_material"
    solved_problem = "solved_problem"
    other = "other"

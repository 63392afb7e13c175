"""Policies as JSON: every number with its document, read back strictly by the fields' own types."""

from dataclasses import fields, replace
from functools import cache
from typing import Any, TypeVar, cast, get_args, get_type_hints

import orjson
from pydantic import TypeAdapter, ValidationError

from app.core.findings import Cited
from app.services.policies.facts import Numbers, WrongNumbers

P = TypeVar("P", bound=Numbers)


@cache
def _adapters(policy: type[Any]) -> dict[str, TypeAdapter[Any]]:
    hints = get_type_hints(policy)
    return {
        field.name: TypeAdapter(get_args(hints[field.name])[0]) for field in fields(policy) if field.name != "version"
    }


def written(policy: Numbers) -> dict[str, dict[str, Any]]:
    """Every field as {"value": …, "document": …}."""
    told = {}
    for name, adapter in _adapters(type(policy)).items():
        cited = getattr(policy, name)
        told[name] = {"value": adapter.dump_python(cited.value, mode="json"), "document": cited.document}
    return told


def read(default: P, numbers: dict[str, dict[str, Any]], version: str) -> P:
    """The policy behind stored numbers; a field that came into being later has its default."""
    named = cast(P, replace(cast(Any, default), version=version))
    return with_changes(named, numbers)


def with_changes(current: P, changes: dict[str, dict[str, Any]]) -> P:
    """The policy with other numbers. Raises WrongNumbers, which names every field that is unknown or unfit.

    A policy may refuse a value when it is made (a threshold its facts cannot decide): a ValueError that carries
    `code` and `params` of a label is told as such.
    """
    adapters = _adapters(type(current))
    wrong: dict[str, tuple[str, dict[str, Any]]] = {}
    policy: Any = current
    for name, number in changes.items():
        if name not in adapters:
            wrong[name] = ("policy_field_unknown", {"allowed": ", ".join(adapters)})
            continue
        try:
            value = adapters[name].validate_json(orjson.dumps(number["value"]), strict=True)
            policy = replace(policy, **{name: Cited(value, number["document"])})
        except ValidationError:
            wrong[name] = ("policy_value_wrong", {})
        except ValueError as error:
            code = getattr(error, "code", "policy_value_wrong")
            wrong[name] = (code, getattr(error, "params", {}))
    if wrong:
        raise WrongNumbers(wrong)
    return cast(P, policy)

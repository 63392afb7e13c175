"""What the tool is told about this service, loaded by it: where sequences start, where they may end, what is erased."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import schemathesis
from schemathesis.engine import statistic
from schemathesis.specs.openapi import stateful
from schemathesis.specs.openapi.checks import ensure_resource_availability

if TYPE_CHECKING:
    from schemathesis import Case, CheckContext, Response

KNOWN = {"dataset", "code"}
"""Path parameters that need no earlier answer: datasets and regions have names."""


def starts_a_sequence(operation: Any, *_: object) -> bool:
    """Whatever needs no id. The tool would also start with every POST, `/close` of a made-up id included."""
    return all(parameter.name in KNOWN for parameter in operation.path_parameters)


if not hasattr(stateful, "is_likely_root_transition"):
    raise ImportError("the tool decides elsewhere now where sequences start")
vars(stateful)["is_likely_root_transition"] = starts_a_sequence


failures_of_links: Any = vars(statistic).get("_extraction_failures")
if failures_of_links is None:
    raise ImportError("the tool counts elsewhere now which links could not be followed")


def led_on(*arguments: Any) -> Iterator[Any]:
    """A link that begins at the first item of a list leads nowhere while the list is empty: that is no fault."""
    for failure in failures_of_links(*arguments):
        if b'"items":[]' not in (failure.response.content or b""):
            yield failure


vars(statistic)["_extraction_failures"] = led_on


@schemathesis.check
def what_was_made_is_there(context: "CheckContext", response: "Response", case: "Case[Any]") -> bool | None:
    """The tool's own check that a thing can be read once it was made; here POST `/erase` ends it, as DELETE would."""
    recorder = context.internals.recorder
    erased = recorder is not None and any(
        each.operation.path.endswith("/erase")
        and each.path_parameters == case.path_parameters
        and (answer := recorder.find_response(case_id=each.id)) is not None
        and answer.status_code == 204
        for each in recorder.find_all_cases()
    )
    return None if erased else ensure_resource_availability(context, response, case)

"""The links of the description: they lead to operations that are there and give them what they need."""

from collections.abc import Iterator
from typing import Any

from tests.house.test_openapi import operations

ONE, FIRST = "$response.body#/", "$response.body#/items/0/"
Links = dict[str, dict[str, Any]]


def answers() -> Iterator[tuple[str, str, Links]]:
    """Every answer that has links, by operation and status."""
    for name, operation in operations():
        for status, answer in operation["responses"].items():
            if "links" in answer:
                yield name, status, answer["links"]


def links_of(name: str, status: str) -> Links:
    return next(links for each, answered, links in answers() if (each, answered) == (name, status))


def test_every_link_gives_what_the_path_needs() -> None:
    """Nothing else than parameters that the operation has, each once, and all ids of its path."""
    known = {told["operationId"]: (name, told) for name, told in operations()}
    count = 0
    for name, _, links in answers():
        for link in links.values():
            target, told = known[link["operationId"]]
            has = {each["name"] for each in told["parameters"]}
            needed = {part[1:-1] for part in target.split("/") if part.startswith("{")}
            assert needed <= link["parameters"].keys() <= has, (name, target)
            count += 1
    assert count > 250


def test_a_made_thing_leads_to_all_that_can_be_done_with_it() -> None:
    made = links_of("POST /v1/hosts", "201")
    assert made["read_host"]["parameters"] == {"host_id": f"{ONE}id"}
    assert made["close_host"]["parameters"] == {"host_id": f"{ONE}id", "If-Match": "$response.header.ETag"}
    assert made["list_organizations"]["parameters"] == {"host_id": f"{ONE}id"}


def test_a_list_leads_on_by_its_first_item() -> None:
    listed = links_of("GET /v1/reviews", "200")
    assert listed["read_batch"]["parameters"] == {"batch_id": f"{FIRST}batch_id"}
    assert listed["decide_review"]["parameters"] == {"review_id": f"{FIRST}id", "If-Match": f'"{{{FIRST}version}}"'}


def test_parts_of_a_thing_come_with_the_thing() -> None:
    end = links_of("GET /v1/branches/{branch_id}/organizations", "200")["uncover_organization"]["parameters"]
    assert end == {"branch_id": "$request.path.branch_id", "organization_id": f"{FIRST}organization_id"}
    end = links_of("GET /v1/clients/{client_id}", "200")["end_client_secret"]["parameters"]
    assert (end["client_id"], end["secret_id"]) == (f"{ONE}client_id", f"{ONE}secrets/0/id")


def test_a_code_is_no_reference() -> None:
    """An authority's `code` is its own and no region's."""
    assert "read_region" not in links_of("POST /v1/authorities", "201")

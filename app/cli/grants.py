"""`liangxin grants` and `liangxin access-reviews`: who holds what, and whether it is still needed."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from app.cli.telling import Plain, Unready, errors
from app.core.acts import Act
from app.core.config import Settings

app = typer.Typer(cls=Plain, no_args_is_help=True, help="Who holds what.")
reviews = typer.Typer(cls=Plain, no_args_is_help=True, help="The yearly look at every grant.")

Reason = Annotated[str, typer.Option(help="The reason; it stands in the audit.")]
ReviewId = Annotated[UUID, typer.Argument(help="The review's id.")]
COLUMNS = ("id", "subject", "role", "regions", "state", "valid_from", "used_on", "confirmed_on")


@app.command("list")
def list_grants(subject: Annotated[str | None, typer.Option(help="Only this subject's.")] = None) -> None:
    """Show the grants."""
    from app.cli.acting import doing, operator, show
    from app.core.pagination import Ask
    from app.services.access.grant_schemas import GrantFilters
    from app.services.access.ledger import reads

    async def read(act: Act) -> list[dict[str, Any]]:
        return (await reads.grants(act, GrantFilters(subject=subject), Ask(limit=10_000))).rows

    show("Grants", COLUMNS, doing(Settings.load(), operator(), read))


@app.command()
def give(
    subject: Annotated[str, typer.Argument(help="client-… or person:…")],
    role: Annotated[str, typer.Argument(help="A role, for example region_officer.")],
    reason: Reason,
    region: Annotated[list[str] | None, typer.Option(help="12-digit code; may be repeated.")] = None,
    line: Annotated[list[str] | None, typer.Option(help="15-digit code of an authority; may be repeated.")] = None,
    own: Annotated[
        list[UUID] | None,
        typer.Option(help="A branch, an instructor's own worker id or an organisation; may be repeated."),
    ] = None,
    dataset: Annotated[list[str] | None, typer.Option(help="A dataset, or *; may be repeated.")] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day it no longer holds.")] = None,
) -> None:
    """Give a grant. The first administrators get theirs here."""
    from app.catalogues.places import lines_of, own_objects, ranges_of
    from app.cli.acting import doing, operator
    from app.services.access.granting import Wish
    from app.services.access.granting import give as given
    from app.services.access.permissions import Role

    if role not in set(Role):
        raise Unready(f"There is no role {role!r}; there are {', '.join(Role)}.")

    async def make(act: Act) -> dict[str, Any]:
        await own_objects(act, role, own or ())
        lines, seat = await lines_of(act, line or ())
        wish = Wish(
            subject=subject,
            role=role,
            reason=reason,
            ranges=ranges_of([(code, None) for code in region or ()]),
            lines=lines,
            seat=seat,
            subjects=tuple(own or ()),
            datasets=tuple(dataset or ()),
            valid_to=until.date() if until is not None else None,
        )
        return await given(act, wish)

    print(doing(Settings.load(), operator(), make)["id"])  # noqa: T201  (for a pipe)


@app.command()
def end(grant: Annotated[UUID, typer.Argument(help="The grant's id.")], reason: Reason) -> None:
    """End a grant today."""
    from app.cli.acting import doing, operator
    from app.services.access import granting
    from app.services.access.ledger import reads

    async def stop(act: Act) -> None:
        row = await reads.grant(act, grant)
        await granting.end(act, grant, row["version"], None, reason)

    doing(Settings.load(), operator(), stop)
    errors.print("Ended; every process refuses it within seconds.", markup=False)


@reviews.command("open")
def open_review(
    due: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Until when it is to be done.")],
) -> None:
    """Begin a round over all grants; its id goes to standard output."""
    from app.cli.acting import doing, operator
    from app.services.access import reviewing

    async def make(act: Act) -> dict[str, Any]:
        return await reviewing.open_round(act, due.date())

    print(doing(Settings.load(), operator(), make)["id"])  # noqa: T201  (for a pipe)


@reviews.command("list")
def list_reviews() -> None:
    """Show the rounds."""
    from app.cli.acting import doing, operator, show
    from app.core.pagination import Ask
    from app.services.access.ledger import reads

    async def read(act: Act) -> list[dict[str, Any]]:
        return (await reads.reviews(act, Ask(limit=1000))).rows

    columns = ("id", "opened_on", "due_on", "closed_on", "grants", "undecided")
    show("Access reviews", columns, doing(Settings.load(), operator(), read))


@reviews.command("show")
def show_review(review: ReviewId) -> None:
    """Show a round's grants and what was decided."""
    from app.cli.acting import doing, operator, show
    from app.core.pagination import Ask
    from app.services.access.ledger import reads

    async def read(act: Act) -> list[dict[str, Any]]:
        return (await reads.review_items(act, review, undecided=False, ask=Ask(limit=10_000))).rows

    show("Grants of the review", (*COLUMNS, "verdict"), doing(Settings.load(), operator(), read))


@reviews.command("decide")
def decide_review(
    review: ReviewId,
    keep: Annotated[list[UUID] | None, typer.Option(help="A grant that stays; may be repeated.")] = None,
    drop: Annotated[list[UUID] | None, typer.Option("--end", help="A grant that ends; may be repeated.")] = None,
    reason: Annotated[str | None, typer.Option(help="The reason.")] = None,
) -> None:
    """Confirm grants for another year, or end them today."""
    from app.cli.acting import doing, operator
    from app.services.access import reviewing

    async def say(act: Act) -> None:
        for grant in keep or ():
            await reviewing.decide(act, review, grant, "keep", reason)
        for grant in drop or ():
            await reviewing.decide(act, review, grant, "end", reason)

    doing(Settings.load(), operator(), say)


@reviews.command("close")
def close_review(review: ReviewId) -> None:
    """End a round; refused while a grant is undecided."""
    from app.cli.acting import doing, operator
    from app.services.access import reviewing
    from app.services.access.ledger import reads

    async def finish(act: Act) -> None:
        row = await reads.review(act, review)
        await reviewing.close(act, review, row["version"])

    doing(Settings.load(), operator(), finish)

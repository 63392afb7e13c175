"""`liangxin calendar`: working days of years that the shipped calendar does not know yet."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.telling import Plain, Unready, errors
from app.core.acts import Act
from app.core.errors import Failure, Invalid

app = typer.Typer(cls=Plain, no_args_is_help=True, help="The official working calendar.")


@app.callback()
def calendar() -> None:
    """The official working calendar."""


@app.command()
def load(
    file: Annotated[Path, typer.Argument(help="CSV in UTF-8 with day,working,name; see docs/operators.md.")],
    source: Annotated[str, typer.Option(help="The document that announces these days.")],
    year: Annotated[
        list[int] | None, typer.Option(help="A year whose days are now all loaded; may be repeated.")
    ] = None,
) -> None:
    """Load days off and make-up days; what is there for a day is replaced, other days stay."""
    from app.cli.acting import doing, operator
    from app.cli.regions import begin
    from app.core.history import about
    from app.services.calendars import loading, service

    settings = begin()
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise Unready(f"{file} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise Unready(f"{file} is not UTF-8 text. Save it as CSV in UTF-8.") from error

    async def put(act: Act) -> dict[str, object]:
        try:
            draft = loading.parsed(lines, source, year or ())
            await about(act, file=file.name)
            return await service.load(act, draft)
        except Invalid as wrong:
            raise Unready(_sentences(file, wrong)) from wrong

    done = doing(settings, operator(), put)
    years = ", ".join(map(str, done["loaded_years"])) if isinstance(done["loaded_years"], list) else ""
    errors.print(
        f"{done['created']} days written, {done['updated']} changed, {done['unchanged']} unchanged."
        f" Years known by what was loaded: {years or 'none'}.",
        markup=False,
    )


def _sentences(file: Path, wrong: Failure) -> str:
    """What is wrong with a file of days, a line each."""
    from app.core.labels import label

    told = [f"{file} is not loaded; nothing was changed."]
    for error in wrong.errors:
        place, _, column = error.pointer.strip("/").partition("/")
        where = (f"Line {place}" if place.isdigit() else place) + (f", {column}" if column else "")
        told.append(f"{where}: {label('line', error.code, 'en', **error.params)}")
    return "\n".join(told)

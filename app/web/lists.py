"""Every list: its query, its shape on the wire, and the same rows as a file."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, Generic, Literal, TypeVar

from anyio import to_thread
from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from app.core.errors import NotAcceptable, TooLarge
from app.core.labels import Language
from app.core.pagination import Ask, Page
from app.core.sheets import Column, write_csv, write_xlsx
from app.web import answers, noting
from app.web.state import language, state_of

Item = TypeVar("Item")

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE_ROWS = 100_000


class ListQuery(BaseModel):
    """Paging of a list; unknown parameters are refused. A noun adds its filters by inheriting."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: Annotated[int, Field(ge=1, le=200, description="Rows a page.")] = 50
    cursor: Annotated[str | None, Field(max_length=500, description="`next_cursor` of the page before.")] = None
    sort: Annotated[str | None, Field(max_length=40, description="A sort key of this list; '-' descends.")] = None
    count: Annotated[
        Literal["none", "estimated", "exact"], Field(description="Whether, and how, to count all rows.")
    ] = "none"

    def ask(self) -> Ask:
        """The paging part alone."""
        return Ask(self.limit, self.cursor, self.sort, self.count)


class Count(BaseModel):
    """How many rows there are in all."""

    value: int
    kind: Literal["estimated", "exact"]


class FacetValue(BaseModel):
    """One value of a facet and its rows."""

    value: str
    count: int


class Listed(BaseModel, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next_cursor: str | None = Field(description="Send as `cursor` for the next page; null on the last.")
    count: Count | None = Field(description="Only when asked for with `count`.")
    facets: dict[str, list[FacetValue]] | None = Field(default=None, description="Only where asked for.")


async def respond(
    request: Request, columns: Sequence[Column], fetch: Callable[[Ask], Awaitable[Page]], ask: Ask
) -> Response:
    """The list in the form that Accept asks for: a JSON page, or all filtered rows as CSV or XLSX, which is noted.

    A file has its headings and coded values in the language of Accept-Language, and can be pushed once corrected.
    Raises NotAcceptable (406) for other forms and TooLarge (413) past 100,000 rows: narrow the filter then.
    """
    form = accepted(request, (answers.JSON, CSV, XLSX))
    if form == answers.JSON:
        return answers.listed(await fetch(ask), request)
    path = Path(NamedTemporaryFile(dir=state_of(request).settings.spool, suffix=".out", delete=False).name)  # noqa: SIM115
    try:
        rows = [row async for row in _all(fetch, ask)]
        await to_thread.run_sync(_write, form, columns, rows, path, language(request))
        await noting.exported(request, form, len(rows))
    except BaseException:
        await to_thread.run_sync(path.unlink)
        raise
    name = request.url.path.rsplit("/", 1)[-1] + (".csv" if form == CSV else ".xlsx")
    return FileResponse(path, media_type=form, filename=name, background=BackgroundTask(path.unlink))


async def _all(fetch: Callable[[Ask], Awaitable[Page]], ask: Ask) -> AsyncIterator[dict[str, object]]:
    cursor: str | None = None
    seen = 0
    while True:
        page = await fetch(Ask(limit=2000, cursor=cursor, sort=ask.sort))
        for row in page.rows:
            yield row
        seen += len(page.rows)
        cursor = page.next_cursor
        if cursor is None:
            return
        if seen >= FILE_ROWS:
            raise TooLarge(reason="rows", limit=FILE_ROWS)


def _write(form: str, columns: Sequence[Column], rows: list[dict[str, object]], path: Path, language: Language) -> None:
    if form == XLSX:
        write_xlsx(columns, rows, path, language)
        return
    with path.open("wb") as file:
        file.writelines(write_csv(columns, rows, language))


def accepted(request: Request, forms: Sequence[str]) -> str:
    """The form of the answer that Accept likes best, the first one where anything goes. Raises NotAcceptable."""
    accept = request.headers.get("accept", "*/*")
    ranked = sorted(
        ((part.partition(";")[0].strip(), _quality(part)) for part in accept.split(",")), key=lambda pair: -pair[1]
    )
    for media, quality in ranked:
        if quality <= 0:
            continue
        if media in ("*/*", "application/*", ""):
            return forms[0]
        if media in forms:
            return media
    raise NotAcceptable(allowed=", ".join(forms))


def _quality(part: str) -> float:
    for step in part.split(";")[1:]:
        name, _, value = step.strip().partition("=")
        if name == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0

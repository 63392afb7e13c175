"""How what is downloaded is named: in any script, to be saved and never shown as a page of ours."""

import re
from urllib.parse import quote

PLAIN = re.compile(r"[^A-Za-z0-9._-]")


def attachment(name: str) -> dict[str, str]:
    """Content-Disposition (RFC 6266) with the name in UTF-8, and one in plain letters for old clients."""
    ending = name.rpartition(".")[2]
    plain = PLAIN.sub("", name).strip("._-") or "file"
    if plain == PLAIN.sub("", ending):
        plain = f"file.{plain}"
    return {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
    }

"""The OpenAPI document as committed: sorted keys, one newline at the end, the same on every machine."""

import json
import tempfile
from pathlib import Path

from app.core.config import Settings
from app.main import create_app


def text() -> str:
    """The document's text; no database is reached, no key is kept."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.load(database_url="postgresql+asyncpg://nowhere/liangxin", state=Path(folder))
        document = create_app(settings).openapi()
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"

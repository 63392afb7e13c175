"""`python -m app.cli` is `liangxin`."""

from app.cli import app

app()

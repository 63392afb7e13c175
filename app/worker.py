"""Assembles the worker: wakes, periodic work, chunks of batches; decides nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.core.acts import Acts
from app.core.config import Settings


@asynccontextmanager
async def inline(settings: Settings, acts: Acts) -> AsyncIterator[None]:
    """Run the worker inside the serving process, when the settings say so."""
    yield

"""A try to sign in: refused while a wait stands, counted when it fails, forgiven when it succeeds."""

import math
from datetime import timedelta

from app.core.acts import Act
from app.services.access.lockout import repository
from app.services.access.lockout.rules import REST, Counted, counted, wait


async def standing(act: Act, client_id: str | None) -> int:
    """Seconds that this client must still wait at this address; 0 when it may try. Holds its turn until commit."""
    keys = [each.key for each in counted(client_id, act.origin)]
    await repository.alone(act, keys[0])
    until = await repository.locked_until(act, keys)
    return 0 if until is None else max(1, math.ceil((until - act.now).total_seconds()))


async def failed(act: Act, client_id: str | None) -> int:
    """Count a failure for all that it counts for; the seconds to wait from now on."""
    await repository.sweep(act, REST)
    return max([await _failed(act, each) for each in sorted(counted(client_id, act.origin), key=lambda one: one.key)])


async def _failed(act: Act, one: Counted) -> int:
    seconds = wait(await repository.count(act, one.key, REST), one.free)
    if seconds:
        await repository.lock(act, one.key, act.now + timedelta(seconds=seconds))
    return seconds


async def succeeded(act: Act, client_id: str) -> None:
    """Forgive the client at this address, but not the address: a thief of one secret would reset it at will."""
    await repository.forget(act, counted(client_id, act.origin)[0].key)

"""Accounts: found by what makes them one of a kind, or opened."""

from uuid import UUID

from app.core.acts import Act
from app.core.errors import Forbidden
from app.services.funding.ledger import repository
from app.services.funding.ledger.facts import AccountKey


async def of(act: Act, key: AccountKey) -> UUID:
    """The account under a key; opened where there is none yet. Two who ask at once get the same.

    Raises Forbidden where it is out of sight; the database refuses a holder outside the committee's place and line.
    """
    found = await repository.account(act, key) or await repository.open_account(act, key)
    found = found or await repository.account(act, key)
    if found is None:
        raise Forbidden(reason="scope")
    return found

"""What accounts hold, as rows and numbers."""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.core.acts import Act
from app.services.funding.ledger.models import FundingAccountDay, FundingBalance


async def balance(act: Act, account_id: UUID, on: date | None = None) -> int:
    """Fen an account holds now, or held in the evening of a day; 0 for one that is not seen or had nothing yet."""
    if on is None:
        query = select(FundingBalance.balance_fen).where(FundingBalance.account_id == account_id)
    else:
        query = (
            select(FundingAccountDay.balance_fen)
            .where(FundingAccountDay.account_id == account_id, FundingAccountDay.day <= on)
            .order_by(FundingAccountDay.day.desc())
            .limit(1)
        )
    return await act.session.scalar(query) or 0

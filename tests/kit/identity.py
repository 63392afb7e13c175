"""Machines and people who sign in the way they will: clients by their secret, with grants from the database."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.conftest import Api

HANGZHOU = "330100000000"
XIHU = "330106000000"


@dataclass(frozen=True, slots=True)
class Machine:
    """A client that was entered, with the secret it was shown."""

    row: dict[str, Any]
    secret: str

    @property
    def id(self) -> str:
        """What it sends to sign in; also its subject."""
        return str(self.row["client_id"])


async def administrators(api: Api) -> tuple[httpx.AsyncClient, httpx.AsyncClient]:
    """The one who enters machines, and the one who grants."""
    system = await api.client("person:system", role="system_administrator")
    return system, await api.client("person:security", role="security_administrator")


async def entered(system: httpx.AsyncClient, name: str = "市场监管局") -> Machine:
    """A new client."""
    answer = await system.post("/v1/clients", json={"name": name})
    assert answer.status_code == 201, answer.text
    row = answer.json()
    return Machine(row, row.pop("secret"))


async def granted(security: httpx.AsyncClient, subject: str, role: str, **wish: Any) -> dict[str, Any]:
    """A new grant."""
    body = {"subject": subject, "role": role, "reason": "试点", **wish}
    if not {"regions", "lines", "subjects"} & set(wish):
        body["regions"] = [{"region_code": XIHU}]
    answer = await security.post("/v1/grants", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def asked(api: Api, machine: Machine, **form: str) -> httpx.Response:
    """What /oauth/token answers a machine."""
    stranger = await api.anonymous()
    data = {"grant_type": "client_credentials", "client_id": machine.id, "client_secret": machine.secret, **form}
    return await stranger.post("/oauth/token", data=data)


async def signed_in(api: Api, machine: Machine, **headers: str) -> httpx.AsyncClient:
    """A client that uses the token it was given."""
    answer = await asked(api, machine)
    assert answer.status_code == 200, answer.text
    bearer = {"authorization": f"Bearer {answer.json()['access_token']}", "accept-language": "en"}
    return await api.anonymous(bearer | headers)

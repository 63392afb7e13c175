"""A real OpenID provider as a process (npm oidc-provider, certified), and people who sign in at it as in a browser."""

import base64
import hashlib
import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from joserfc.jwk import ECKey, RSAKey

HERE = Path(__file__).parent / "oidc"
CALLBACK = "http://127.0.0.1/callback"
AUDIENCE = "urn:liangxin:test"
Key = RSAKey | ECKey


@dataclass(frozen=True, slots=True)
class Running:
    """A provider that listens."""

    issuer: str

    @property
    def port(self) -> int:
        """Where it listens; a successor may take its place there."""
        return int(self.issuer.rsplit(":", 1)[1])


def rsa_key() -> RSAKey:
    """A key that signs RS256."""
    return RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)


def ec_key() -> ECKey:
    """A key that signs ES256."""
    return ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)


def prepared() -> None:
    """Have Node and the package, or skip with the reason; where CI=true both must be there."""
    reason = None
    if shutil.which("node") is None or shutil.which("npm") is None:
        reason = "Node.js and npm are not installed"
    else:
        with (HERE / ".lock").open("w") as lock:
            flock(lock, LOCK_EX)
            reason = _installed()
    if reason is not None:
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)


def _installed() -> str | None:
    done = HERE / "node_modules" / ".package-lock.json"
    pinned = HERE / "package-lock.json"
    if done.exists() and done.stat().st_mtime >= pinned.stat().st_mtime:
        return None
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    answer = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False, timeout=300)
    if answer.returncode:
        return "npm could not install oidc-provider (no network?)"
    done.touch()
    return None


@contextmanager
def provider(people: Mapping[str, Any], *keys: Key, port: int = 0) -> Iterator[Running]:
    """A provider that signs with the first key and publishes them all; `people` are subjects with their claims."""
    settings = {
        "port": port,
        "audience": AUDIENCE,
        "algorithm": keys[0].get("alg"),
        "jwks": {"keys": [key.as_dict(private=True) for key in keys]},
        "people": people,
    }
    process = subprocess.Popen(
        ["node", "provider.mjs"],
        cwd=HERE,
        env=os.environ | {"SETTINGS": orjson.dumps(settings).decode()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        address = process.stdout.readline().strip()
        assert address, "the provider did not start"
        yield Running(address)
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


def signed_in(running: Running, person: str) -> dict[str, str]:
    """What a person gets who signs in: access_token, id_token. The code flow with PKCE, forms and all."""
    verifier = secrets.token_urlsafe(40)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    with httpx.Client(base_url=running.issuer) as browser:
        page = browser.get(
            "/auth",
            params={
                "client_id": "portal",
                "response_type": "code",
                "redirect_uri": CALLBACK,
                "scope": "openid profile work",
                "code_challenge": challenge,
                "code_challenge_method": "S256",
                "resource": AUDIENCE,
            },
        )
        code = _through(browser, page, person)
        answer = browser.post(
            "/token",
            data={
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": CALLBACK,
                "client_id": "portal",
                "code_verifier": verifier,
                "resource": AUDIENCE,
            },
        )
    assert answer.status_code == 200, answer.text
    found: dict[str, str] = answer.json()
    return found


def _through(browser: httpx.Client, page: httpx.Response, person: str) -> str:
    """Follow redirects and fill in forms until the code comes back."""
    for _ in range(12):
        where = page.headers.get("location", "")
        if where.startswith(CALLBACK):
            return str(httpx.URL(where).params["code"])
        if where:
            page = browser.get(where)
            continue
        action = re.search(r'action="([^"]+)"', page.text)
        prompt = re.search(r'name="prompt" value="([^"]+)"', page.text)
        assert action is not None, page.text
        assert prompt is not None, page.text
        page = browser.post(action[1], data={"prompt": prompt[1], "login": person, "password": "any"})
    raise AssertionError("signing in came to no end")

"""Tokens as a forger would make them: every part by hand, so that a library's good manners do not get in the way."""

import base64
import hashlib
import hmac
from typing import Any

import orjson
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import OKPKey, RSAKey

Claims = dict[str, Any]


def part(value: Any) -> str:
    """A value as base64url without padding; text and bytes as they are, all else as JSON."""
    raw = value if isinstance(value, bytes) else value.encode() if isinstance(value, str) else orjson.dumps(value)
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unsigned(header: Claims, claims: Any) -> str:
    """No signature at all."""
    return f"{part(header)}.{part(claims)}."


def by_secret(header: Claims, claims: Claims, secret: bytes) -> str:
    """An HMAC under whatever the forger knows: a public key, say."""
    signed = f"{part(header)}.{part(claims)}"
    return f"{signed}.{part(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"


def by_key(header: Claims, claims: Any, key: OKPKey) -> str:
    """A proper Ed25519 signature of one's own, under any header."""
    signed = f"{part(header)}.{part(claims)}"
    raw = Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(str(key.as_dict(private=True)["d"]) + "="))
    return f"{signed}.{part(raw.sign(signed.encode()))}"


def by_rsa(header: Claims, claims: Claims, key: rsa.RSAPrivateKey) -> str:
    """An RS256 signature."""
    signed = f"{part(header)}.{part(claims)}"
    return f"{signed}.{part(key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def public_forms(key: OKPKey | RSAKey) -> list[bytes]:
    """What a public key looks like to somebody who would use it as a shared secret."""
    return [
        key.as_pem(private=False),
        key.as_der(private=False),
        orjson.dumps(key.as_dict(private=False)),
        str(key.as_dict(private=False).get("x", key.as_dict(private=False).get("n"))).encode(),
    ]

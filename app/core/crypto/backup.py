"""The ring of keys as a file under a passphrase, to be kept apart from the data: scrypt (RFC 7914), AES-256-GCM."""

import secrets
from base64 import b64decode, b64encode

import orjson
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from app.core.crypto.cipher import NONCE, Damaged, decrypt, encrypt
from app.core.crypto.ring import KeyRing, UnfitRing

FORM = "liangxin key ring 1"
COST = 2**17  # about 128 MiB and a few tenths of a second for each try
SALT = 16
SHORTEST = 12


def wrapped(ring: KeyRing, passphrase: str) -> bytes:
    """The file's text. Raises UnfitRing for a passphrase that is too short."""
    if len(passphrase) < SHORTEST:
        raise UnfitRing(f"A passphrase has at least {SHORTEST} characters.")
    salt, nonce = secrets.token_bytes(SALT), secrets.token_bytes(NONCE)
    sealed = encrypt("aes-256-gcm", _key(passphrase, salt), nonce, ring.written().encode(), FORM.encode())
    told = {name: b64encode(part).decode() for name, part in (("salt", salt), ("nonce", nonce), ("sealed", sealed))}
    return orjson.dumps({"form": FORM, "scrypt_n": COST} | told, option=orjson.OPT_INDENT_2) + b"\n"


def unwrapped(text: bytes, passphrase: str) -> KeyRing:
    """The ring in a file. Raises UnfitRing for another file, or another passphrase."""
    try:
        told = orjson.loads(text)
        salt, nonce, sealed = (b64decode(told[name], validate=True) for name in ("salt", "nonce", "sealed"))
    except (ValueError, KeyError, TypeError) as error:
        raise UnfitRing("This is no file that `liangxin privacy export-keys` has written.") from error
    try:
        clear = decrypt("aes-256-gcm", _key(passphrase, salt), nonce, sealed, FORM.encode())
    except Damaged as error:
        raise UnfitRing("The passphrase is not the one, or the file has been altered.") from error
    return KeyRing.read(clear)


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=COST, r=8, p=1).derive(passphrase.encode())

"""One sealed value: AES-256-GCM (NIST SP 800-38D) or SM4-GCM (RFC 8998), with associated data."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12
TAG = 16
SIZES = {"aes-256-gcm": 32, "sm4-gcm": 16}
"""Bytes of a key, by algorithm."""


class Damaged(Exception):
    """A sealed value that does not open: altered, moved to another row or column, or sealed by another key."""


def encrypt(algorithm: str, key: bytes, nonce: bytes, clear: bytes, associated: bytes) -> bytes:
    """Ciphertext followed by the 16-byte tag. The nonce (12 bytes) must never serve twice under one key."""
    if algorithm == "aes-256-gcm":
        return AESGCM(key).encrypt(nonce, clear, associated)
    sealing = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    sealing.authenticate_additional_data(associated)
    return sealing.update(clear) + sealing.finalize() + sealing.tag


def decrypt(algorithm: str, key: bytes, nonce: bytes, sealed: bytes, associated: bytes) -> bytes:
    """What was encrypted. Raises Damaged unless key, nonce, associated data and every byte are the same."""
    try:
        if algorithm == "aes-256-gcm":
            return AESGCM(key).decrypt(nonce, sealed, associated)
        opening = Cipher(algorithms.SM4(key), modes.GCM(nonce, sealed[-TAG:])).decryptor()
        opening.authenticate_additional_data(associated)
        return opening.update(sealed[:-TAG]) + opening.finalize()
    except (InvalidTag, ValueError) as error:
        raise Damaged from error

"""Sealing of single values: a ring of keys, authenticated encryption, a blind index. Knows no domain word."""

from app.core.crypto.cipher import Damaged
from app.core.crypto.ring import Algorithm, IndexKey, KeyRing, SealingKey, UnfitRing
from app.core.crypto.vault import Blind, Sealed, UnknownKey, Vault, key_of

__all__ = ["Algorithm", "Blind", "Damaged", "IndexKey", "KeyRing", "Sealed", "SealingKey", "UnfitRing", "UnknownKey"]
__all__ += ["Vault", "key_of"]

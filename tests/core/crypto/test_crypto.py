"""Sealing: published vectors, what must not open, and a ring that changes while others read."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.core.crypto import Damaged, KeyRing, UnfitRing, UnknownKey, Vault, key_of
from app.core.crypto.cipher import decrypt, encrypt
from app.core.crypto.ring import Algorithm, load, store

PLACE = "contacts.phone.019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c11"

RFC_8998 = {
    "key": "0123456789ABCDEFFEDCBA9876543210",
    "nonce": "00001234567800000000ABCD",
    "associated": "FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2",
    "clear": "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD"
    "EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA",
    "sealed": "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
    "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
    "83DE3541E4C2B58177E065A9BF7B62EC",
}
"""RFC 8998, appendix A.1: SM4-GCM, ciphertext and tag."""

NIST = {
    "key": "FEFFE9928665731C6D6A8F9467308308FEFFE9928665731C6D6A8F9467308308",
    "nonce": "CAFEBABEFACEDBADDECAF888",
    "associated": "FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2",
    "clear": "D9313225F88406E5A55909C5AFF5269A86A7A9531534F7DA2E4C303D8A318A72"
    "1C3C0C95956809532FCF0E2449A6B525B16AEDF5AA0DE657BA637B39",
    "sealed": "522DC1F099567D07F47F37A32A84427D643A8CDCBFE5C0C97598A2BD2555D1AA"
    "8CB08E48590DBB3DA7B08B1056828838C5F61E6393BA7A0ABCC9F662"
    "76FC6ECE0F4E1768CDDF8853BB2D551B",
}
"""The GCM specification's test case 16: AES-256-GCM."""


@pytest.mark.parametrize(("algorithm", "vector"), [("sm4-gcm", RFC_8998), ("aes-256-gcm", NIST)])
def test_published_vectors(algorithm: str, vector: dict[str, str]) -> None:
    raw = {name: bytes.fromhex(text) for name, text in vector.items()}
    assert encrypt(algorithm, raw["key"], raw["nonce"], raw["clear"], raw["associated"]) == raw["sealed"]
    assert decrypt(algorithm, raw["key"], raw["nonce"], raw["sealed"], raw["associated"]) == raw["clear"]


@pytest.fixture(params=["aes-256-gcm", "sm4-gcm"])
def vault(request: pytest.FixtureRequest) -> Vault:
    """A vault of each algorithm."""
    algorithm: Algorithm = request.param
    return Vault(KeyRing.fresh(algorithm))


def test_what_is_sealed_opens_at_its_place_alone(vault: Vault) -> None:
    sealed, number = vault.seal(b"13800138000", PLACE)
    assert number == key_of(sealed) == 1
    assert vault.open(sealed, PLACE) == b"13800138000"
    with pytest.raises(Damaged):
        vault.open(sealed, PLACE.replace("phone", "identity_number"))
    with pytest.raises(Damaged):
        vault.open(sealed, PLACE[:-1] + "2")


def test_no_altered_byte_opens(vault: Vault) -> None:
    sealed = vault.seal(b"13800138000", PLACE).value
    for at in range(len(sealed)):
        altered = bytearray(sealed)
        altered[at] ^= 1
        with pytest.raises((Damaged, UnknownKey)):
            vault.open(bytes(altered), PLACE)
    for length in range(len(sealed)):
        with pytest.raises(Damaged):
            vault.open(sealed[:length], PLACE)


def test_equal_values_are_sealed_unlike_and_indexed_alike(vault: Vault) -> None:
    one, two = (vault.seal(b"13800138000", PLACE).value for _ in range(2))
    assert one != two
    assert vault.blind("13800138000", "a.phone") == vault.blind("13800138000", "a.phone")
    assert vault.blind("13800138000", "a.phone") != vault.blind("13800138000", "b.phone")
    assert Vault(KeyRing.fresh("aes-256-gcm")).blind("13800138000", "a.phone") != vault.blind("13800138000", "a.phone")


def test_another_ring_does_not_open() -> None:
    one, other = (Vault(KeyRing.fresh("aes-256-gcm")) for _ in range(2))
    with pytest.raises(Damaged):
        other.open(one.seal(b"x", PLACE).value, PLACE)


def test_a_key_that_is_missing_is_named() -> None:
    ring = KeyRing.fresh("aes-256-gcm").with_new_key("sm4-gcm").activated(2)
    sealed = Vault(ring).seal(b"x", PLACE).value
    with pytest.raises(UnknownKey, match="key 2"):
        Vault(replace(ring, active=1, keys=ring.keys[:1])).open(sealed, PLACE)


def test_a_running_process_learns_of_a_new_key(tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    running = Vault.at(path, "aes-256-gcm")
    old = running.seal(b"old", PLACE).value
    store(path, load(path).with_new_key("sm4-gcm").activated(2))
    sealed = Vault.at(path).seal(b"new", PLACE).value
    assert key_of(sealed) == 2
    assert running.open(sealed, PLACE) == b"new"
    assert running.open(old, PLACE) == b"old"
    assert running.seal(b"x", PLACE).key_id == 2


def test_a_ring_that_is_away_for_a_while_stops_nobody(tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    running = Vault.at(path, "aes-256-gcm")
    sealed = running.seal(b"x", PLACE).value
    path.rename(tmp_path / "away.json")
    assert running.open(sealed, PLACE) == b"x"
    assert len(running.blinds("13800138000", "a.phone")) == 1
    with pytest.raises(UnfitRing, match="cannot be read"):
        running.refresh()


def test_searches_go_by_every_index_key_until_the_older_is_dropped() -> None:
    first = KeyRing.fresh("aes-256-gcm")
    second = first.with_new_index()
    old = Vault(first).blind("13800138000", "a.phone")
    new = Vault(second).blind("13800138000", "a.phone")
    assert (old.key_id, new.key_id) == (1, 2)
    assert Vault(second).blinds("13800138000", "a.phone") == [old.value, new.value]
    assert Vault(second.without_older_index()).blinds("13800138000", "a.phone") == [new.value]


def test_the_ring_is_kept_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "ring.json"
    made = load(path, "sm4-gcm")
    assert path.stat().st_mode & 0o777 == 0o600
    assert load(path, "aes-256-gcm").written() == made.written()
    assert not [left for left in path.parent.iterdir() if left != path]
    assert made.keys[0].secret.hex() not in repr(made)


@pytest.mark.parametrize(
    "text",
    ["", "{}", '{"active":1,"keys":[],"index":[]}', '{"active":1,"keys":[{"id":1}],"index":[]}'],
)
def test_a_broken_ring_is_refused(text: str) -> None:
    with pytest.raises(UnfitRing):
        KeyRing.read(text)


def test_the_active_key_cannot_be_removed() -> None:
    ring = KeyRing.fresh("aes-256-gcm").with_new_key("aes-256-gcm")
    assert [key.id for key in ring.without(2).keys] == [1]
    with pytest.raises(UnfitRing):
        ring.without(1)
    with pytest.raises(UnfitRing):
        replace(ring, keys=ring.keys[:1]).activated(2)

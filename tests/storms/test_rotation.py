"""A short storm of changing keys and secrets: no request fails."""

from pathlib import Path

from tests.kit.databases import Clones
from tests.storms.rotation import rage


async def test_no_request_fails_while_keys_and_secrets_change(
    server: Clones, database_name: str, tmp_path: Path
) -> None:
    done = await rage(server.url(database_name), tmp_path, seconds=8)
    assert done.failed == 0, done.answers
    assert done.total > 100
    assert done.verified > 10
    assert done.key_changes >= 3
    assert done.secret_changes >= 4
    assert done.gone, "no key went through its whole life"

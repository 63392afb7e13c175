"""`liangxin audit`: what a person sees who proves the audit, and what a restore leaves."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from app.core.acts import Acts
from tests.kit.databases import Clones
from tests.services.audit.kit import noted, seal, sealer, superuser

ROOT = Path(__file__).parents[2]


async def liangxin(*arguments: str, url: str, state: Path) -> "subprocess.CompletedProcess[str]":
    """Run the command to its end."""
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "app.cli", "audit", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": "/", "DATABASE_URL": url, "LIANGXIN_STATE": str(state)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


async def test_verify_names_what_was_done_and_ends_with_one(
    acts: Acts, server: Clones, database_name: str, tmp_path: Path
) -> None:
    url = server.url(database_name)
    chain = sealer(acts, tmp_path)
    await noted(acts, 4)
    await seal(chain, 4)
    good = await liangxin("verify", url=url, state=tmp_path)
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout == "4 rows in 1 days, 1 checkpoints; 0 rows not sealed yet; 0 breaks.\n"
    public = await liangxin("public-key", url=url, state=tmp_path)
    assert public.stdout == chain.key.public()
    key = tmp_path / "public.pem"
    key.write_text(public.stdout, encoding="ascii")
    async with superuser(server, database_name) as keeper:
        row = await keeper.fetchrow("UPDATE audit SET why = 'none' WHERE why = 'for test 2' RETURNING day, id")
        assert row is not None
    bad = await liangxin("verify", "--key", str(key), url=url, state=tmp_path)
    assert bad.returncode == 1
    assert f"ALTERED  {row['day']}, place 3, row {row['id']}: was changed after it was sealed" in bad.stdout
    assert "Traceback" not in bad.stderr
    wrong = await liangxin("verify", "--key", str(tmp_path / "absent.pem"), url=url, state=tmp_path)
    assert wrong.returncode == 1
    assert "cannot be read" in wrong.stderr


async def test_a_restore_is_owned_up_to_before_the_service_runs(
    acts: Acts, server: Clones, database_name: str, tmp_path: Path
) -> None:
    url = server.url(database_name)
    chain = sealer(acts, tmp_path)
    await noted(acts, 2)
    await seal(chain, 2)
    chain.witness.remember(database_name, 9, b"x" * 32)  # the backup is older than what the witness has seen
    await noted(acts, 1)
    refused = await liangxin("seal", url=url, state=tmp_path)
    assert refused.returncode == 1
    assert "liangxin audit restored" in refused.stderr
    cut = await liangxin("verify", url=url, state=tmp_path)
    assert "CUT  checkpoint 9" in cut.stdout
    said = await liangxin("restored", "--reason", "backup of the night", "--by", "ops", url=url, state=tmp_path)
    assert said.returncode == 0, said.stderr
    assert "Checkpoint 10 says so. Missing: what was sealed up to 9." in said.stderr
    good = await liangxin("verify", url=url, state=tmp_path)
    assert good.returncode == 0, good.stdout
    assert "restored by ops: backup of the night; checkpoints up to 9 are not in it" in good.stdout


async def test_removing_the_database_lets_the_witness_forget_it(tmp_path: Path) -> None:
    (tmp_path / "audit-witness.json").write_text("{}", encoding="ascii")
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "app.cli", "database", "remove", "--yes"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": "/", "LIANGXIN_STATE": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "audit-witness.json").exists()

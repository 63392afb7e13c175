"""The bell, and periodic work: heard across connections, through a lost connection, by one worker at a time."""

import asyncio

import asyncpg
import pytest
from pgqueuer.core.sm import SchedulerManager
from sqlalchemy import text

from app.core import jobs
from app.core.acts import SYSTEM, Acts
from app.core.jobs import Bell, Job, attend, ring


async def hearing(bell: Bell) -> None:
    """Wait until the bell sounds."""
    async with asyncio.timeout(30):
        await bell.listen().wait()


async def ring_and_fail(acts: Acts) -> None:
    """An act that rings and does not commit."""
    async with acts.open(SYSTEM) as act:
        await ring(act)
        raise ZeroDivisionError


async def ended(task: "asyncio.Task[None]") -> None:
    """Cancel a task and see it end."""
    task.cancel()
    await asyncio.wait([task])


async def test_the_bell_sounds_when_the_act_commits_and_not_when_it_fails(acts: Acts) -> None:
    bell = Bell()
    first = asyncio.create_task(hearing(bell))
    task = asyncio.create_task(attend(acts, bell, ()))
    await first  # rung once when it begins to listen
    sound = bell.listen()
    with pytest.raises(ZeroDivisionError):
        await ring_and_fail(acts)
    async with acts.open(SYSTEM) as act:
        await ring(act)
        await ring(act)
        assert not sound.is_set()
    async with asyncio.timeout(30):
        await sound.wait()
    await ended(task)


async def test_a_lost_connection_is_made_anew(acts: Acts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "RECONNECT", 0.0)
    bell = Bell()
    heard = asyncio.create_task(hearing(bell))
    task = asyncio.create_task(attend(acts, bell, ()))
    await heard
    sound = bell.listen()
    async with acts.open(SYSTEM) as act:
        await act.session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'liangxin jobs' AND datname = current_database()"
            )
        )
    async with asyncio.timeout(30):
        await sound.wait()  # it listens again
    await ended(task)


@pytest.mark.parametrize("lost", [asyncpg.InternalClientError, asyncpg.InterfaceError, ConnectionResetError])
async def test_a_connection_lost_just_as_a_statement_begins_is_made_anew(
    acts: Acts, monkeypatch: pytest.MonkeyPatch, lost: type[Exception]
) -> None:
    """The driver has several words for a lost connection, by the moment at which the server ended it."""
    monkeypatch.setattr(jobs, "RECONNECT", 0.0)
    runs = SchedulerManager.run
    times: list[str] = []

    async def lost_once(manager: SchedulerManager) -> None:
        times.append("run")
        if len(times) == 1:
            raise lost("the server went away")
        await runs(manager)

    monkeypatch.setattr(SchedulerManager, "run", lost_once)
    bell = Bell()
    task = asyncio.create_task(attend(acts, bell, ()))
    await hearing(bell)
    await hearing(bell)  # it listens again
    assert not task.done()
    await ended(task)


async def test_periodic_work_is_done_by_one_of_two_workers(acts: Acts) -> None:
    """What is due is taken once, though both are there; a failing job does not end the others."""
    done: list[str] = []

    async def counted(_: Acts) -> None:
        done.append("counted")

    async def fails(_: Acts) -> None:
        done.append("fails")
        raise ZeroDivisionError

    yearly = "0 0 1 1 *"
    work = (Job("counted", yearly, counted), Job("fails", yearly, fails))
    async with acts.open(SYSTEM) as act:
        due = "INSERT INTO pgqueuer_schedules (expression, entrypoint, next_run) VALUES (:cron, :name, now())"
        await act.session.execute(text(due), [{"cron": yearly, "name": job.name} for job in work])
    tasks = [asyncio.create_task(attend(acts, Bell(), work)) for _ in range(2)]
    finished = "SELECT count(*) FROM pgqueuer_schedules WHERE status = 'queued' AND last_run IS NOT NULL"
    async with asyncio.timeout(30):
        while True:
            async with acts.open(SYSTEM) as act:
                if await act.session.scalar(text(finished)) == 2:
                    break
    for task in tasks:
        await ended(task)
    assert sorted(done) == ["counted", "fails"]

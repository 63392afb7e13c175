"""A PostgreSQL 18 of our own, shared by all processes that name the same state folder.

    with embedded.running(Path(".liangxin")) as cluster:
        ...connect to cluster.url("app", "database")...

The first to come starts it, the last to leave stops it. Each user holds a shared lock on `users.lock`; the kernel drops
it however the process ends, so a killed user never counts. A server whose users were all killed stays up, and the next
user finds it again.
"""

from app.core.embedded.failures import EmbeddedFailure
from app.core.embedded.server import Cluster
from app.core.embedded.sharing import remove, running, stop_on_signals

__all__ = ["Cluster", "EmbeddedFailure", "remove", "running", "stop_on_signals"]

"""The settings of the embedded server: for a small machine, reachable through its private socket only."""

from pathlib import Path

SMALL_MACHINE = {
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_connections": "100",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "log_error_verbosity": "terse",  # the DETAIL of a violated key would put personal data into the log
    "log_checkpoints": "off",
    "fsync": "on",
    "synchronous_commit": "on",
}
THROWAWAY = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
ACCESS = "# The socket lies in a folder that only the server's own user (and root) can enter.\nlocal all all trust\n"


def write(data: Path, socket: Path, port: int, *, durable: bool) -> None:
    """Write postgresql.conf and pg_hba.conf anew; durable=False trades safety for speed, for tests only."""
    chosen = {
        "listen_addresses": "",
        "unix_socket_directories": str(socket),
        "unix_socket_permissions": "0700",
        "port": str(port),
        **SMALL_MACHINE,
        **({} if durable else THROWAWAY),
    }
    lines = [f"{name} = '{value}'\n" for name, value in chosen.items()]
    head = "# Written anew at every start; use ALTER SYSTEM for settings of your own.\n"
    head = "# Written anew at every start; use ALTER SYSTEM for settings of your own.\n"
    _replace(data / "postgresql.conf", head + "".join(lines))
    _replace(data / "pg_hba.conf", ACCESS)


def _replace(path: Path, text: str) -> None:
    """Write in place, so that the file keeps its owner."""
    with path.open("r+", encoding="utf-8") as file:
        file.write(text)
        file.truncate()

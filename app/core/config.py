"""Settings, read once from the environment (prefix LIANGXIN_) or, for secrets, from a file named by NAME_FILE."""

import os
from pathlib import Path
from typing import Any, Self

from pydantic import AliasChoices, Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRETS = ("DATABASE_URL", "LIANGXIN_MIGRATOR_URL", "LIANGXIN_TOKEN_KEY")


class Settings(BaseSettings):
    """What an operator may set. Sizes in bytes, times in seconds."""

    model_config = SettingsConfigDict(env_prefix="LIANGXIN_", extra="ignore", frozen=True)

    database_url: str | None = Field(
        default=None,
        validation_alias=AliasChoices("DATABASE_URL", "database_url"),
        description="SQLAlchemy URL of the app role; absent: the embedded server.",
    )
    migrator_url: str | None = Field(default=None, description="URL of the migrator role, for `liangxin migrate`.")
    state: Path = Field(default=Path(".liangxin"), description="Folder of the embedded server, keys and spool.")
    pool_size: int = Field(default=10, ge=1, description="Connections this process may hold.")
    statement_timeout: int = Field(default=60, ge=1, description="Longest statement of a request.")
    body_limit: int = Field(default=1 << 20, description="Largest JSON body.")
    upload_limit: int = Field(default=512 << 20, description="Largest batch body.")
    upload_idle: float = Field(default=60.0, gt=0, description="Longest silence of an upload.")
    chunk_records: int = Field(default=4000, ge=1, le=20000, description="Records a worker takes at a time.")
    lease: float = Field(default=15.0, gt=0, description="How long a silent worker keeps a chunk.")
    token_key: str | None = Field(default=None, description="Ed25519 private JWK; absent: made in the state folder.")
    issuer: str = Field(default="liangxin", description="`iss` of tokens signed and accepted here.")
    audience: str = Field(default="liangxin-api", description="`aud` of tokens signed and accepted here.")
    inline_worker: bool = Field(default=True, description="Run the worker inside the serving process.")
    log_level: str = Field(default="INFO", description="Least weight of what is logged.")

    @model_validator(mode="before")
    @classmethod
    def secrets_from_files(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Let NAME_FILE stand for NAME, as container secrets do."""
        for name in SECRETS:
            path = os.environ.get(f"{name}_FILE")
            if path:
                values[name.removeprefix("LIANGXIN_").lower()] = Path(path).read_text(encoding="utf-8").strip()
        return values

    @property
    def spool(self) -> Path:
        """Where uploads wait until they are durable."""
        return self.state / "spool"

    @classmethod
    def load(cls, **overrides: Any) -> Self:
        """Settings from the environment, with overrides for tests and commands."""
        return cls(**overrides)

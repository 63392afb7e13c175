"""Settings, read once from the environment (prefix LIANGXIN_) or, for secrets, from a file named by NAME_FILE."""

import os
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRETS = ("DATABASE_URL", "LIANGXIN_MIGRATOR_URL", "LIANGXIN_TOKEN_KEY", "LIANGXIN_FILES_S3_SECRET")


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
    files: Path | None = Field(default=None, description="Folder of uploaded files; absent: in the state folder.")
    files_limit: int = Field(default=32 << 20, ge=1, description="Largest uploaded file.")
    files_quota: int = Field(
        default=20 << 30, ge=0, description="Bytes of files of one county (of one region above, right there)."
    )
    files_quota_daily: int = Field(
        default=1 << 30, ge=0, description="Bytes of files one caller may bring in 24 hours."
    )
    files_s3_bucket: str | None = Field(
        default=None,
        min_length=3,
        description="Bucket of an S3-compatible service; named: files lie there, not on disk.",
    )
    files_s3_prefix: str = Field(default="", description="What the objects' names begin with in the bucket.")
    files_s3_endpoint: str | None = Field(
        default=None, description="URL of the S3-compatible service, such as https://s3.example.gov.cn."
    )
    files_s3_region: str = Field(default="us-east-1", description="Region that requests to it are signed for.")
    files_s3_key_id: str | None = Field(default=None, description="Access key of the bucket.")
    files_s3_secret: str | None = Field(default=None, description="Secret of the access key.")
    files_s3_path_style: bool = Field(
        default=True, description="Name the bucket in the path (most own services); false: in the host name."
    )
    chunk_records: int = Field(default=4000, ge=1, le=20000, description="Records a worker takes at a time.")
    lease: float = Field(default=15.0, gt=0, description="How long a silent worker keeps a chunk.")
    token_key: str | None = Field(default=None, description="Ed25519 private JWK; absent: made in the state folder.")
    key_ring: Path | None = Field(
        default=None, description="File of the keys that seal personal fields; absent: made in the state folder."
    )
    field_cipher: Literal["aes-256-gcm", "sm4-gcm"] = Field(
        default="aes-256-gcm", description="Algorithm of new sealing keys: aes-256-gcm or sm4-gcm."
    )
    erasures: Path | None = Field(
        default=None, description="File of the erasure ledger; keep it apart from backups. Absent: in the state folder."
    )
    audit_key: Path | None = Field(
        default=None, description="PEM file of the Ed25519 key that signs the audit; absent: made in the state folder."
    )
    audit_witness: Path | None = Field(
        default=None,
        description="File that remembers how far the audit was sealed; keep it out of reach of whoever administers the"
        " database. Absent: in the state folder.",
    )
    audit_hash: Literal["sha256", "sm3"] = Field(
        default="sha256", description="Hash of the audit's chain from the next day on: sha256 or sm3."
    )
    audit_days: int = Field(default=1096, ge=184, description="How many days the audit is kept.")
    issuer: str = Field(default="liangxin", description="`iss` of tokens signed and accepted here.")
    public_url: str = Field(
        default="", description="Address at which clients reach the service, for calendar feeds; absent: as they asked."
    )
    audience: str = Field(default="liangxin-api", description="`aud` of tokens signed and accepted here.")
    token_lifetime: int = Field(default=600, ge=10, le=3600, description="How long a token of /oauth/token holds.")
    key_lead: float = Field(default=600.0, gt=0, description="How long a new signing key is published before it signs.")
    oidc: Path | None = Field(
        default=None, description="TOML file that says which OpenID provider people sign in at; absent: none."
    )
    rate_limit: int = Field(
        default=1200, ge=0, description="Requests a minute of one who is signed in, in one process; 0: unlimited."
    )
    rate_limit_anonymous: int = Field(
        default=300, ge=0, description="Requests a minute of one address without a token, in one process; 0: unlimited."
    )
    request_time: float = Field(
        default=90.0, gt=0, description="Longest time of a request; uploads and streams are exempt."
    )
    body_time: float = Field(default=20.0, gt=0, description="Longest time a JSON body may take to arrive.")
    head_limit: int = Field(default=16 << 10, ge=1024, description="Largest head of a request: its line and headers.")
    head_time: float = Field(default=10.0, gt=0, description="Longest time the head of a request may take to arrive.")
    cors_origins: str = Field(
        default="", description="Origins whose pages may call this, separated by commas; absent: none but our own."
    )
    hsts: int = Field(
        default=0, ge=0, description="Seconds that browsers shall insist on HTTPS; set it once TLS stands in front."
    )
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

    @field_validator("database_url", "migrator_url")
    @classmethod
    def spoken_by_our_driver(cls, url: str | None) -> str | None:
        """Take the URLs that other tools take too: postgres:// and postgresql:// mean our driver."""
        if url is None:
            return None
        scheme, _, rest = url.partition("://")
        return f"postgresql+asyncpg://{rest}" if scheme in ("postgres", "postgresql") else url

    @field_validator("cors_origins")
    @classmethod
    def whole_origins(cls, value: str) -> str:
        """Take scheme://host[:port] alone; a star would let every page of the world call with a user's token."""
        for origin in filter(None, (part.strip() for part in value.split(","))):
            parts = urlsplit(origin)
            if parts.scheme not in {"http", "https"} or not parts.netloc or parts.geturl() != origin or parts.path:
                raise ValueError(f"{origin} is no origin such as https://portal.example.gov.cn")
        return value

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins whose pages may call this."""
        return tuple(part.strip() for part in self.cors_origins.split(",") if part.strip())

    @property
    def key_ring_file(self) -> Path:
        """Where the key ring is."""
        return self.key_ring or self.state / "key-ring.json"

    @property
    def ring_to_make(self) -> Literal["aes-256-gcm", "sm4-gcm"] | None:
        """The algorithm of a ring that is made when there is none; None where a file is named, which must be there."""
        return self.field_cipher if self.key_ring is None else None

    @property
    def erasures_file(self) -> Path:
        """Where the erasure ledger is kept beside the database."""
        return self.erasures or self.state / "erasures.ndjson"

    @property
    def audit_key_file(self) -> Path:
        """Where the key that signs the audit is."""
        return self.audit_key or self.state / "audit-key.pem"

    @property
    def audit_witness_file(self) -> Path:
        """Where it is remembered, outside the database, how far the audit was sealed."""
        return self.audit_witness or self.state / "audit-witness.json"

    @property
    def files_folder(self) -> Path:
        """Where uploaded files lie, unless in a bucket."""
        return self.files or self.state / "files"

    @property
    def spool(self) -> Path:
        """Where uploads wait until they are durable."""
        return self.state / "spool"

    @classmethod
    def load(cls, **overrides: Any) -> Self:
        """Settings from the environment, with overrides for tests and commands."""
        return cls(**overrides)

"""The one place where the environment is read. Every setting has a name `UNDERCUT_…` and is in docs/operations.md."""

import os
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[1]


class Settings(BaseSettings):
    """What an operator may set; the defaults run the monitor on one machine without any of them."""

    model_config = SettingsConfigDict(env_prefix="UNDERCUT_", extra="ignore", frozen=True)

    data_dir: Path = Field(default=ROOT / "data", description="where the ledger, its segments and snapshots live")
    sample_dir: Path = Field(default=ROOT / "data" / "sample", description="the shipped sample ledger")
    database_url: str | None = Field(
        default=None, description="postgresql+psycopg://… for a team; else SQLite in data_dir"
    )
    host: str = Field(default="127.0.0.1", description="address of the dashboard")
    port: int = Field(default=8050, description="port of the dashboard")
    sign_in_header: str | None = Field(
        default=None, description="header in which a proxy names who signed in; needed to listen beyond loopback"
    )
    sign_in_proxy: str = Field(default="127.0.0.1", description="address of that proxy; the header counts from it only")
    trusted_hosts: str = Field(default="", description="names under which the dashboard is asked, separated by commas")
    contact: str = Field(
        default="https://example.org/undercut-contact",
        description="address that the user agent names: set it to yours before crawling other people's pages",
    )
    mail_to: str = Field(default="", description="recipients of alerts, separated by commas; none: no mail")
    mail_from: str = Field(default="undercut@localhost", description="sender of alerts")
    mail_prefix: str = Field(default="[undercut]", description="first word of every subject")
    smtp_host: str = Field(default="localhost", description="SMTP relay")
    smtp_port: int = Field(default=25, description="its port")
    smtp_security: Literal["none", "starttls", "tls"] = Field(
        default="none", description="none (loopback relay only), starttls or tls"
    )
    smtp_user: str | None = Field(default=None, description="user name, where the relay asks for one")
    smtp_password: SecretStr | None = Field(default=None, description="password")
    smtp_cafile: Path | None = Field(default=None, description="certificate authority of an internal relay")
    public_url: str = Field(
        default_factory=lambda given: f"http://127.0.0.1:{given.get('port', 8050)}",
        description="address of the dashboard in citations and mails",
    )
    package_index: str | None = Field(default=None, description="simple index of packages; else the one pip uses")
    download_delay_seconds: float = Field(default=2, description="pause between two requests to one host")
    download_timeout_seconds: float = Field(default=30, description="a document that takes longer is given up")
    crawl_deadline_seconds: int = Field(default=900, description="a crawl that runs longer is ended")
    crawl_memory_mib: int = Field(default=4096, description="address space of a crawl process")
    chromium: str = Field(default="chromium", description="the browser of pages whose prices a script writes")
    importing_country: str = Field(default="US", description="default importing country of a case")
    openrouter_key: SecretStr | None = Field(default=None, description="for percentiles of /endpoints")

    @property
    def ledger_url(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{self.data_dir / 'ledger.sqlite'}"

    @property
    def trusted(self) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.trusted_hosts.split(",") if part.strip())

    @property
    def recipients(self) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.mail_to.split(",") if part.strip())


def secret(name: str) -> str | None:
    """A user's own key by its name (`acme_key` is in UNDERCUT_ACME_KEY); None where it is not set."""
    return environment_variable(secret_variable(name))


def secret_variable(name: str) -> str:
    """The environment variable that holds the key of that name."""
    return f"UNDERCUT_{name.upper()}"


def environment_variable(name: str) -> str | None:
    """What the environment holds under a name that a person gave (`undercut probe --key-env`); None where nothing."""
    return (os.environ.get(name) or "").strip() or None  # noqa: TID251  # this module is where it is read


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()

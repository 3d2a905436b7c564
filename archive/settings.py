"""Settings: one table of names, defaults and meanings.

A value comes from, in this order: a flag of the command, an environment variable ``PODIUM_NAME``,
``podium.toml`` in the archive's home, the default here.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import ByteSize, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from archive.errors import BadHome, BadSetting

SETTINGS_FILE = "podium.toml"


class Settings(BaseSettings):
    """Every setting. The description of each field is its manual entry."""

    model_config = SettingsConfigDict(
        env_prefix="PODIUM_", extra="forbid", frozen=True, protected_namespaces=()
    )

    home: Path = Field(
        default=platformdirs.user_data_path("podium"),
        description="The folder of the archive; made on first use.",
    )
    database_url: SecretStr = Field(
        default=SecretStr(""),
        description="SQLAlchemy URL of the catalog; empty for catalog.sqlite in the home.",
    )
    engine: Literal["faster-whisper", "openai-whisper"] = Field(
        default="faster-whisper", description="Which speech engine transcribes."
    )
    model: str = Field(
        default="auto",
        description="Whisper model: a name that `podium models` lists, a folder, or auto: the "
        "largest one present and verified that this machine runs faster than real time.",
    )
    model_dir: Path = Field(
        default=platformdirs.user_cache_path("podium") / "models",
        description="Where models are kept; archives may share it.",
    )
    device: Literal["auto", "cpu", "cuda"] = Field(
        default="auto", description="Where the engine computes."
    )
    compute_type: str = Field(
        default="auto",
        description="Number format of the engine (int8, float16, float32); auto is int8 on a CPU.",
    )
    beam_size: int = Field(
        default=5, ge=1, le=20, description="Beams of the search for words; 1 is fast, 5 better."
    )
    threads: int = Field(
        default=0, ge=0, le=256, description="Threads of the engine; 0 for as many as there are."
    )
    workers: int = Field(
        default=0,
        ge=0,
        le=64,
        description="Processes that share a long recording, each with the model in memory; 0 for "
        "as many as cores and memory allow.",
    )
    max_height: int = Field(
        default=1080, ge=144, le=4320, description="Largest height of downloaded video, in pixels."
    )
    audio_only: bool = Field(default=False, description="Download the sound alone.")
    max_size: ByteSize = Field(
        default=ByteSize(20_000_000_000),
        description="Largest download, such as 500MB or 20GB; a larger one is refused.",
    )
    max_hours: float = Field(
        default=12.0, gt=0, description="Longest clip that is downloaded, in hours."
    )
    cookies: Path | None = Field(
        default=None,
        description="File of cookies (Netscape format) for sites that want a sign-in.",
    )
    captions: Literal["prefer", "also", "never"] = Field(
        default="also",
        description="Captions that come with a clip: prefer them to transcribing, keep them also, "
        "or never take them.",
    )
    retry_pause_s: float = Field(
        default=2.0,
        ge=0,
        le=600,
        description="Seconds before a download is tried again; each further pause is four times "
        "as long.",
    )
    frames_size: ByteSize = Field(
        default=ByteSize(500_000_000),
        description="Room for pictures of recordings, such as 500MB; those unused longest go "
        "first.",
    )
    clips_size: ByteSize = Field(
        default=ByteSize(2_000_000_000),
        description="Room for clips that were cut, such as 2GB; those unused longest go first.",
    )
    clip_longest_s: float = Field(
        default=180.0, gt=0, le=3600, description="Longest clip or reel that is cut, in seconds."
    )
    host: str = Field(default="127.0.0.1", description="Address that `podium serve` listens on.")
    port: int = Field(
        default=8000, ge=0, le=65535, description="Port of `podium serve`; 0 for any free one."
    )
    public_url: str = Field(
        default="",
        pattern=r"^(https?://[A-Za-z0-9.\-\[\]:]+)?$",
        description="The address that readers use where a proxy stands in front of the site, such "
        "as https://talks.example; empty for the one that each request names.",
    )
    trusted_proxy: str = Field(
        default="",
        description="The IP address of a proxy that is believed when it says for whom it asks "
        "(X-Forwarded-For); empty for none.",
    )
    requests_per_minute: int | Literal["auto"] = Field(
        default="auto",
        description="How often one address may ask the API in a minute, 0 for any number; auto is "
        "0 where only this machine can ask, else 120.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        sources: list[PydanticBaseSettingsSource] = [init_settings, env_settings]
        file = init_settings()["home"] / SETTINGS_FILE
        if file.is_file():
            sources.append(TomlConfigSettingsSource(settings_cls, file))
        return tuple(sources)

    @property
    def catalog_url(self) -> str:
        """SQLAlchemy URL of the catalog."""
        return self.database_url.get_secret_value() or f"sqlite:///{self.home / 'catalog.sqlite'}"


def load_settings(**flags: Any) -> Settings:
    """The settings in force; ``flags`` that are None are left out.

    Raises BadSetting, naming the setting and where its value stands, or BadHome.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    home = (
        given.get("home") or os.environ.get("PODIUM_HOME") or Settings.model_fields["home"].default
    )
    given["home"] = Path(home).expanduser().absolute()
    file = given["home"] / SETTINGS_FILE
    try:
        return Settings(**given)
    except tomllib.TOMLDecodeError as error:
        raise BadSetting(f"{file} is not valid TOML: {error}.", advice="Mend that line.") from error
    except PermissionError as error:
        raise BadHome(
            f"The archive's home {file.parent} cannot be read: permission denied.",
            advice="Allow your user to read it, or choose another folder with --home.",
        ) from error
    except ValidationError as error:
        raise _bad_setting(error, file, given) from error


def origin_of(name: str, settings: Settings) -> str:
    """Where the value of a setting comes from: a variable, the file, a flag or the default."""
    variable = f"PODIUM_{name.upper()}"
    if os.environ.get(variable) is not None:
        return variable
    file = settings.home / SETTINGS_FILE
    if file.is_file() and name in tomllib.loads(file.read_text(encoding="utf-8")):
        return str(file)
    return "default" if getattr(settings, name) == Settings.model_fields[name].default else "flag"


def _bad_setting(error: ValidationError, file: Path, flags: dict[str, Any]) -> BadSetting:
    fault = error.errors()[0]
    name = str(fault["loc"][0]) if fault["loc"] else "?"
    if name in flags:
        where = f"--{name.replace('_', '-')}"
    elif f"PODIUM_{name.upper()}" in os.environ:
        where = f"PODIUM_{name.upper()}"
    else:
        where = f"{name} in {file}"
    if fault["type"] == "extra_forbidden":
        return BadSetting(
            f"{where}: there is no such setting.", advice="`podium settings` lists them all."
        )
    return BadSetting(
        f"{where}: {fault['msg'][:1].lower()}{fault['msg'][1:]}, not {fault['input']!r}.",
        advice="`podium settings` shows every setting with its meaning.",
    )

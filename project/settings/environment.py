"""What settings take from around them: environment variables, a secret, folders; errors name the culprit."""

import os
import secrets
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import available_timezones

from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def env_bool(name: str, default: bool) -> bool:
    """The flag ``name``; raises ImproperlyConfigured for anything but yes and no."""
    raw = os.environ.get(name)
    if raw is None:
        return default
    if raw.strip().lower() in _TRUE:
        return True
    if raw.strip().lower() in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={raw!r}: expected one of {sorted(_TRUE)} or {sorted(_FALSE - {''})}")


def env_int(name: str, default: int) -> int:
    """The whole number ``name``; raises ImproperlyConfigured for anything else."""
    raw = os.environ.get(name)
    if raw is None or not raw.strip():
        return default
    try:
        return int(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={raw!r}: expected a whole number") from None


def env_list(name: str, default: list[str]) -> list[str]:
    """The comma-separated list ``name``, blanks trimmed."""
    raw = os.environ.get(name)
    if raw is None:
        return default
    return [item.strip() for item in raw.split(",") if item.strip()]


def env_currency(name: str, default: str) -> str:
    """The currency ``name``: three letters (ISO 4217), as capitals."""
    raw = (os.environ.get(name) or default).strip().upper()
    if not (len(raw) == 3 and raw.isascii() and raw.isalpha()):
        raise ImproperlyConfigured(f"{name}={raw!r}: expected a currency such as EUR")
    return raw


def env_zone(name: str, default: str) -> str:
    """The IANA time zone ``name``."""
    raw = (os.environ.get(name) or default).strip()
    if raw not in available_timezones():
        raise ImproperlyConfigured(f"{name}={raw!r}: expected an IANA time zone such as Europe/Berlin")
    return raw


def secret_from_file(path: Path) -> str:
    """The secret kept in ``path``, made on first use and readable by its owner alone (0600)."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        # A hard link appears whole or not at all: of two processes starting together, both read the winner's.
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text().strip()


def package_folder(name: str) -> Path:
    """Where the installed package ``name`` is, without importing it; ImproperlyConfigured if it is not."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ImproperlyConfigured(f"The package {name} is not installed: pip install -r requirements.txt")
    return Path(spec.origin).parent

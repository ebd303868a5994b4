"""Whether a message comes from a provider, in each of the ways in which one proves it. Pure.

``verify``: HMAC-SHA256 over its instant and its raw body. The header is ``t=<Unix seconds>,v1=<hex>``, where
the signature is of ``<t>.<body>``; the form that Stripe uses
(https://docs.stripe.com/webhooks#verify-manually). There may be several ``v1``, while a secret is being
changed. ``verify_request``: Twilio's, over the address and the form. ``verify_secret``: Vapi's, the secret.
"""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Iterable, Sequence
from typing import Final

# How old, or how far ahead, a message may be: for clocks that differ, and too short to collect messages.
TOLERANCE_S: Final = 300
MAX_HEADER: Final = 1024


class SignatureRefused(Exception):
    """The message is not to be believed; ``code`` is ``bad_signature`` or ``stale_signature``."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


def sign(secret: str, body: bytes, at: int) -> str:
    """The header for ``body``, sent at ``at`` (Unix seconds)."""
    return f"t={at},v1={_digest(secret, str(at), body)}"


def verify(header: str, body: bytes, secrets: Sequence[str], now: float) -> None:
    """SignatureRefused unless one of ``secrets`` signed ``body`` within TOLERANCE_S of ``now``."""
    instant, signatures = _parsed(header)
    _check_any(signatures, [_digest(secret, instant, body) for secret in secrets], "body")
    if abs(now - int(instant)) > TOLERANCE_S:
        raise SignatureRefused(
            "stale_signature",
            f"Signed more than {TOLERANCE_S} s ago or ahead: a repetition, or a wrong clock.",
        )


def sign_request(secret: str, url: str, form: Iterable[tuple[str, str]]) -> str:
    """Twilio's header for a form that is posted to ``url``: HMAC-SHA1, in base64.

    Over the address with its query and, without anything between, each field's name and value in their order
    (https://www.twilio.com/docs/usage/security#validating-requests).
    """
    signed = url + "".join(name + value for name, value in sorted(set(form)))
    return b64encode(hmac.new(secret.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def verify_request(
    header: str, urls: Sequence[str], form: Sequence[tuple[str, str]], secrets: Sequence[str]
) -> None:
    """SignatureRefused unless one of ``secrets`` signed ``form`` for one of the spellings ``urls``."""
    expected = [sign_request(secret, url, form) for secret in secrets for url in urls]
    _check_any([header], expected, "address and the form")


def verify_secret(header: str, secrets: Sequence[str]) -> None:
    """SignatureRefused unless the header is one of ``secrets`` itself."""
    _check_any([header], secrets, "secret")


def _check_any(given: Sequence[str], expected: Sequence[str], what: str) -> None:
    matches = False
    for one in expected:
        for other in given:  # all of them: how long it takes tells nothing
            matches |= bool(one) and hmac.compare_digest(one.encode(), other.encode(errors="replace"))
    if not matches:
        raise SignatureRefused("bad_signature", f"The signature does not fit the {what}.")


def _parsed(header: str) -> tuple[str, list[str]]:
    """The instant as it was signed, and the signatures."""
    fields = [part.strip().partition("=") for part in header[:MAX_HEADER].split(",")]
    instants = [value for name, _, value in fields if name == "t"]
    signatures = [value for name, _, value in fields if name == "v1"]
    if len(instants) != 1 or not signatures or not _is_instant(instants[0]):
        raise SignatureRefused("bad_signature", "The signature has the form t=<Unix seconds>,v1=<hex>.")
    return instants[0], signatures


def _is_instant(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 12


def _digest(secret: str, instant: str, body: bytes) -> str:
    return hmac.new(secret.encode(), instant.encode() + b"." + body, hashlib.sha256).hexdigest()

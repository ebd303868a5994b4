"""The forms in which events arrive: how each proves where it comes from, and what of it is kept."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from domain.errors import InvalidInput
from domain.ingestion import twilio, vapi
from domain.ingestion.signatures import SignatureRefused, verify, verify_request, verify_secret
from domain.ingestion.verdicts import storable
from domain.models import WebhookEvent

Provider = WebhookEvent.Provider
MAX_KEY: Final = 255
_KIB: Final = 1024


@dataclass(frozen=True, slots=True)
class Message:
    """A request of a provider as it came; ``header`` is the one that proves it, ``urls`` its address."""

    body: bytes
    header: str
    urls: Sequence[str]
    received_at: float  # Unix seconds


@dataclass(frozen=True, slots=True)
class Form:
    """One way of reporting. It is told from others by the header that is there."""

    header: str
    prove: Callable[[Message, Sequence[str]], None]
    """Raises SignatureRefused unless one of the secrets stands behind the message."""
    parse: Callable[[Message], tuple[str, dict[str, Any]]]
    """The event's key and what is kept of it. Raises InvalidInput, and Ignored: nothing is."""
    max_body: int = 256 * _KIB


def parse_event(body: bytes) -> tuple[str, dict[str, Any]]:
    """The id of a JSON event and all of it. InvalidInput unless ``body`` is one that can be stored."""
    try:
        payload = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("body", "The body is not JSON that can be stored.") from error
    key = payload.get("id") if isinstance(payload, dict) else None
    if not isinstance(key, str) or not 1 <= len(key) <= MAX_KEY:
        raise InvalidInput("id", f"An event is an object with an id of at most {MAX_KEY} characters.")
    return key, storable(payload)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _prove_instant(message: Message, secrets: Sequence[str]) -> None:
    verify(message.header, message.body, secrets, message.received_at)


def _prove_request(message: Message, secrets: Sequence[str]) -> None:
    try:
        form = twilio.fields(message.body)
    except InvalidInput:  # then nobody can have signed it
        raise SignatureRefused("bad_signature", "What is signed is a form.") from None
    verify_request(message.header, message.urls, form, secrets)


def _signed_event(header: str) -> Form:
    return Form(header, _prove_instant, lambda message: parse_event(message.body))


CALL_EVENTS: Final = _signed_event("Webhook-Signature")
STRIPE: Final = _signed_event("Stripe-Signature")
TWILIO: Final = Form(
    "X-Twilio-Signature",
    _prove_request,
    lambda message: twilio.parse(message.body, message.urls[0], message.received_at),
)
VAPI: Final = Form(
    "X-Vapi-Secret",
    lambda message, secrets: verify_secret(message.header, secrets),
    lambda message: vapi.parse(message.body, message.received_at),
    max_body=2048 * _KIB,  # the report holds every word that was said
)

# The first is meant where no header is there.
FORMS: Final[Mapping[str, tuple[Form, ...]]] = {
    Provider.TWILIO: (CALL_EVENTS, TWILIO),
    Provider.VAPI: (CALL_EVENTS, VAPI),
    Provider.STRIPE: (STRIPE,),
}

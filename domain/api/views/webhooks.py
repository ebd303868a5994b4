"""/api/webhooks/…: providers report what happened; who signs is believed, and every event counts once."""

import logging
import time
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import exceptions, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from domain.api.errors import Refused
from domain.api.openapi import sent, shown
from domain.api.serializers.webhooks import (
    CODES,
    STRIPE_EVENT_SCHEMA,
    TWILIO_CALLBACK_SCHEMA,
    VAPI_MESSAGE_SCHEMA,
    WebhookAnswerSerializer,
    WebhookErrorResponseSerializer,
    call_event_schema,
)
from domain.api.throttles import BadSignatureThrottle
from domain.ingestion.forms import CALL_EVENTS, FORMS, STRIPE, TWILIO, VAPI, Form, Message
from domain.ingestion.intake import take_in
from domain.ingestion.signatures import SignatureRefused
from domain.ingestion.verdicts import Ignored
from domain.models import WebhookEvent

log = logging.getLogger(__name__)


class NoSecret(exceptions.APIException):
    """HTTP 503: nobody could check the signature; the provider keeps the event and tries again."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = "not_configured"


class NotBelieved(exceptions.APIException):
    """HTTP 403: the signature does not fit, or is too old."""

    status_code = status.HTTP_403_FORBIDDEN


class TooLarge(exceptions.APIException):
    """HTTP 413."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


class _WebhookView(APIView):
    """Signed instead of signed in. The signature is over the raw body, so that is what is read."""

    authentication_classes = ()
    permission_classes = ()
    provider: ClassVar[str]

    def receive(self, request: Request) -> Response:
        """Check, store and apply the event of a request; the answer says what became of it."""
        secrets = settings.WEBHOOK_SECRETS.get(self.provider) or []
        if not secrets:
            raise NoSecret(f"The secret of the {self.provider} webhook is not set on this server.")
        forms = FORMS[self.provider]
        form = next((each for each in forms if each.header in request.headers), forms[0])
        message = _message(request, form)
        try:
            form.prove(message, secrets)
        except SignatureRefused as refusal:
            self._refuse(request, refusal)
        try:
            key, payload = form.parse(message)
        except Ignored as reason:
            return _answer("", WebhookEvent.Status.IGNORED, str(reason), repeated=False)
        receipt = take_in(provider=self.provider, event_key=key, payload=payload)
        event = receipt.event
        if event.status == WebhookEvent.Status.FAILED:
            log.warning("event %s of %s failed: %s", event.pk, self.provider, event.detail)
        if receipt.again:
            raise Refused(event.detail, code="not_yet")
        return _answer(event.event_key, event.status, event.detail, repeated=receipt.repeated)

    def _refuse(self, request: Request, refusal: SignatureRefused) -> None:
        """Always raises. A flood is answered 429 and not logged; the provider itself is never held up."""
        throttle = BadSignatureThrottle()
        if not throttle.allow_request(request, self):
            raise exceptions.Throttled(throttle.wait())
        log.warning(
            "refused an event of %s from %s: %s",
            self.provider,
            throttle.get_ident(request),
            refusal.code,
        )
        raise NotBelieved(str(refusal), code=refusal.code) from refusal


def _answer(key: str, status: str, detail: str, *, repeated: bool) -> Response:
    answer = {"event": key, "status": status, "detail": detail, "repeated": repeated}
    return Response(WebhookAnswerSerializer(answer).data)


def _message(request: Request, form: Form) -> Message:
    """What came. Read no further than the form allows, whatever length was declared; raises TooLarge."""
    body: bytes = request._request.read(form.max_body + 1)
    if len(body) > form.max_body:
        raise TooLarge(f"The body is larger than {form.max_body} bytes.")
    header = request.headers.get(form.header, "")
    return Message(body, header, _spellings(request.build_absolute_uri()), time.time())


def _spellings(url: str) -> list[str]:
    """The address with and without its scheme's own port: a sender signs either."""
    parts = urlsplit(url)
    host, usual = parts.hostname or "", {"http": 80, "https": 443}[parts.scheme]
    if parts.port not in (None, usual):
        return [url]
    shown = f"[{host}]" if ":" in host else host
    return [url, *(parts._replace(netloc=netloc).geturl() for netloc in (shown, f"{shown}:{usual}"))]


_RULES: Final = (
    "An event counts once, by its `id`.\n\n"
    "200: taken in, do not send it again (`failed`: it can never be applied, `detail` says why). 409"
    " `not_yet`: kept, but something else has to come first; send it again later. 503: no secret is set here."
    " More in docs/webhooks.md."
)
_ANSWERS: Final = [
    *shown({"event": "evt_1", "status": "applied", "detail": "", "repeated": False}, "applied"),
    *shown(
        {"event": "evt_1", "status": "ignored", "detail": "The call is over already.", "repeated": False},
        "ignored",
    ),
]

# The code with which each status is answered, and the type that goes with it.
_TYPES: Final = {
    400: ("validation_error", "invalid"),
    403: ("client_error", "bad_signature"),
    409: ("client_error", "not_yet"),
    413: ("client_error", "too_large"),
    429: ("client_error", "throttled"),
    503: ("server_error", "not_configured"),
}
_REFUSED: Final = [
    OpenApiExample(
        code,
        value={"type": type_, "errors": [{"code": code, "detail": dict(CODES)[code], "attr": None}]},
        response_only=True,
        status_codes=[str(status_)],
    )
    for status_, (type_, code) in _TYPES.items()
]

V = TypeVar("V", bound=Callable[..., Response])


_SIGNED: Final = "`t=<Unix seconds>,v1=<hex>`: HMAC-SHA256 over `<t>.<raw body>`, good for 5 minutes."
_PROOFS: Final = {
    CALL_EVENTS.header: f"For a call event: {_SIGNED}",
    STRIPE.header: _SIGNED,
    TWILIO.header: "For a status callback: HMAC-SHA1 over the address and the form, as Twilio sends it.",
    VAPI.header: "For a server message: the secret itself, as Vapi sends it.",
}


def _documented(
    provider: str, bodies: dict[str, Any], *examples: Any, further: Sequence[OpenApiParameter] = ()
) -> Callable[[V], V]:
    """``bodies``: the schema of each type of content."""
    proofs = [
        OpenApiParameter(form.header, str, OpenApiParameter.HEADER, description=_PROOFS[form.header])
        for form in FORMS[provider]
    ]
    return extend_schema(
        tags=["webhooks"],
        operation_id=f"receive_{provider}_event",
        summary=f"An event of {provider.capitalize()}",
        description=_RULES,
        auth=[],
        parameters=[*proofs, *further],
        request=bodies,
        responses={200: WebhookAnswerSerializer, **dict.fromkeys(_TYPES, WebhookErrorResponseSerializer)},
        examples=[*examples, *_ANSWERS, *_REFUSED],
    )


_STARTED: Final = {
    "id": "evt_1",
    "type": "call.started",
    "at": "2026-03-02T09:00:00Z",
    "call": "CA1",
    "tenant": 7,
    "direction": "inbound",
    "phone_number": "+14155550123",
}
_ANSWERED: Final = {
    "id": "evt_2",
    "type": "call.answered",
    "at": "2026-03-02T09:00:12Z",
    "call": "CA1",
    "agent": 9,
}
_ENDED: Final = {
    "id": "evt_3",
    "type": "call.ended",
    "at": "2026-03-02T09:04:12Z",
    "call": "CA1",
    "outcome": "interested",
    "satisfaction": 5,
}
_CALL_EVENTS: Final = (
    sent("it arrives", _STARTED),
    sent("an agent answers", _ANSWERED),
    sent("it is over", _ENDED),
)
_INVOICE_PAID: Final = {
    "id": "evt_1Q2w3E",
    "type": "invoice.paid",
    "created": 1_772_409_600,
    "data": {
        "object": {
            "id": "in_1Q2w3E",
            "customer": "cus_1",
            "currency": "usd",
            "amount_due": 19900,
            "attempt_count": 1,
        }
    },
}


_STATUS_CALLBACK: Final = {
    "CallSid": "CA0123456789abcdef0123456789abcdef",
    "CallStatus": "completed",
    "Direction": "outbound-api",
    "From": "+14155550100",
    "To": "+14155550123",
    "Timestamp": "Mon, 02 Mar 2026 09:04:12 +0000",
    "CallDuration": "240",
}
_SERVER_MESSAGE: Final = {
    "message": {
        "type": "status-update",
        "timestamp": 1_772_442_012_000,
        "status": "in-progress",
        "call": {
            "id": "0195a0f2-4c5d-7000-8000-3f1e5b7c9d20",
            "type": "inboundPhoneCall",
            "assistantId": "asst_nova",
            "customer": {"number": "+14155550123"},
        },
    }
}
_TENANT: Final = OpenApiParameter(
    "tenant", int, description="Of a status callback: the id of the tenant whose call it is."
)
_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"


class TwilioWebhookView(_WebhookView):
    provider = WebhookEvent.Provider.TWILIO

    @_documented(
        "twilio",
        {_JSON: call_event_schema(), _FORM: TWILIO_CALLBACK_SCHEMA},
        *_CALL_EVENTS,
        sent("a status callback", _STATUS_CALLBACK, _FORM),
        further=[_TENANT],
    )
    def post(self, request: Request) -> Response:
        return self.receive(request)


class VapiWebhookView(_WebhookView):
    provider = WebhookEvent.Provider.VAPI

    @_documented(
        "vapi",
        {_JSON: {"anyOf": [call_event_schema(), VAPI_MESSAGE_SCHEMA]}},
        *_CALL_EVENTS,
        sent("a server message", _SERVER_MESSAGE),
    )
    def post(self, request: Request) -> Response:
        return self.receive(request)


class StripeWebhookView(_WebhookView):
    provider = WebhookEvent.Provider.STRIPE

    @_documented("stripe", {_JSON: STRIPE_EVENT_SCHEMA}, sent("an invoice is paid", _INVOICE_PAID))
    def post(self, request: Request) -> Response:
        return self.receive(request)

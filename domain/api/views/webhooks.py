"""/api/webhooks/…: providers report what happened; who signs is believed, and every event counts once."""

import logging
import time
from collections.abc import Callable
from typing import Any, ClassVar, Final, TypeVar

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from domain.api.errors import Refused
from domain.api.openapi import sent, shown
from domain.api.serializers.webhooks import (
    STRIPE_EVENT_SCHEMA,
    WebhookAnswerSerializer,
    WebhookErrorResponseSerializer,
    call_event_schema,
)
from domain.api.throttles import BadSignatureThrottle
from domain.ingestion.intake import parse, take_in
from domain.ingestion.signatures import SignatureRefused, verify
from domain.models import WebhookEvent

log = logging.getLogger(__name__)

# Providers' events are a few KiB; a long invoice of Stripe some ten.
MAX_BODY: Final = 256 * 1024


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
    header: ClassVar[str]

    def receive(self, request: Request) -> Response:
        """Check, store and apply the event of a request; the answer says what became of it."""
        secrets = settings.WEBHOOK_SECRETS.get(self.provider) or []
        if not secrets:
            raise NoSecret(f"The secret of the {self.provider} webhook is not set on this server.")
        body = _body_of(request)
        try:
            verify(request.headers.get(self.header, ""), body, secrets, time.time())
        except SignatureRefused as refusal:
            self._refuse(request, refusal)
        key, payload = parse(body)
        receipt = take_in(provider=self.provider, event_key=key, payload=payload)
        event = receipt.event
        if event.status == WebhookEvent.Status.FAILED:
            log.warning("event %s of %s failed: %s", event.pk, self.provider, event.detail)
        if receipt.again:
            raise Refused(event.detail, code="not_yet")
        answer = {
            "event": event.event_key,
            "status": event.status,
            "detail": event.detail,
            "repeated": receipt.repeated,
        }
        return Response(WebhookAnswerSerializer(answer).data)

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


def _body_of(request: Request) -> bytes:
    """The raw body. Read no further than MAX_BODY, whatever length was declared; raises TooLarge."""
    body: bytes = request._request.read(MAX_BODY + 1)
    if len(body) > MAX_BODY:
        raise TooLarge(f"The body is larger than {MAX_BODY} bytes.")
    return body


_RULES: Final = (
    "Signed with HMAC-SHA256 over `<t>.<raw body>`; the header is `t=<Unix seconds>,v1=<hex>` and holds for"
    " 5 minutes. An event counts once, by its `id`.\n\n"
    "200: taken in, do not send it again (`failed`: it can never be applied, `detail` says why). 409"
    " `not_yet`: kept, but something else has to come first; send it again later. 503: no secret is set here."
    " More in docs/webhooks.md."
)
_REFUSALS: Final = dict.fromkeys((400, 403, 409, 413, 429, 503), WebhookErrorResponseSerializer)
_ANSWERS: Final = [
    *shown({"event": "evt_1", "status": "applied", "detail": "", "repeated": False}, "applied"),
    *shown(
        {"event": "evt_1", "status": "ignored", "detail": "The call is over already.", "repeated": False},
        "ignored",
    ),
]

V = TypeVar("V", bound=Callable[..., Response])


def _documented(provider: str, header: str, schema: dict[str, Any], *examples: Any) -> Callable[[V], V]:
    return extend_schema(
        tags=["webhooks"],
        operation_id=f"receive_{provider}_event",
        summary=f"An event of {provider.capitalize()}",
        description=_RULES,
        auth=[],
        parameters=[
            OpenApiParameter(
                header,
                str,
                OpenApiParameter.HEADER,
                description="`t=<Unix seconds>,v1=<hex>`, with a further `v1` for each further secret.",
            )
        ],
        request={"application/json": schema},
        responses={200: WebhookAnswerSerializer, **_REFUSALS},
        examples=[*examples, *_ANSWERS],
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


class TwilioWebhookView(_WebhookView):
    provider = WebhookEvent.Provider.TWILIO
    header = "Webhook-Signature"

    @_documented("twilio", header, call_event_schema(), *_CALL_EVENTS)
    def post(self, request: Request) -> Response:
        return self.receive(request)


class VapiWebhookView(_WebhookView):
    provider = WebhookEvent.Provider.VAPI
    header = "Webhook-Signature"

    @_documented("vapi", header, call_event_schema(), *_CALL_EVENTS)
    def post(self, request: Request) -> Response:
        return self.receive(request)


class StripeWebhookView(_WebhookView):
    provider = WebhookEvent.Provider.STRIPE
    header = "Stripe-Signature"

    @_documented("stripe", header, STRIPE_EVENT_SCHEMA, sent("an invoice is paid", _INVOICE_PAID))
    def post(self, request: Request) -> Response:
        return self.receive(request)

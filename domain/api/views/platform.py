"""/api/settings/: how the platform is set up, for admins to read."""

from typing import Any, Final

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from domain.api.openapi import shown
from domain.api.pagination import Pages
from domain.api.permissions import ADMINS, RoleAllowed
from domain.api.serializers.platform import PlatformSettingsSerializer
from domain.gateways import call_gateway, payment_gateway

_SETTINGS: Final = {
    "currency": "USD",
    "time_zone": "UTC",
    "places_calls": True,
    "charges_cards": False,
    "webhooks": {"twilio": True, "vapi": True, "stripe": False},
    "limits": {
        "page_size": 25,
        "max_page_size": 200,
        "access_token_seconds": 900,
        "refresh_token_seconds": 1_209_600,
        "rates": {
            "sign_in_address": "120/min",
            "sign_in_email": "10/min",
            "token_address": "1200/min",
            "password_user": "10/min",
            "webhook_address": "60/min",
        },
    },
}


@extend_schema(tags=["settings"])
class PlatformSettingsViewSet(ViewSet):
    permission_classes = (IsAuthenticated, RoleAllowed)
    roles = {"retrieve": ADMINS}

    @extend_schema(
        operation_id="get_settings",
        summary="The platform's settings",
        description="The operator changes them, in the environment of the server.",
        responses={200: PlatformSettingsSerializer},
        examples=shown(_SETTINGS, "admin"),
    )
    def retrieve(self, request: Request) -> Response:
        jwt: dict[str, Any] = settings.SIMPLE_JWT
        body = {
            "currency": settings.PLATFORM_CURRENCY,
            "time_zone": settings.PLATFORM_TIME_ZONE,
            "places_calls": call_gateway() is not None,
            "charges_cards": payment_gateway() is not None,
            "webhooks": {name: bool(secrets) for name, secrets in settings.WEBHOOK_SECRETS.items()},
            "limits": {
                "page_size": Pages.page_size,
                "max_page_size": Pages.max_page_size,
                "access_token_seconds": round(jwt["ACCESS_TOKEN_LIFETIME"].total_seconds()),
                "refresh_token_seconds": round(jwt["REFRESH_TOKEN_LIFETIME"].total_seconds()),
                "rates": settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"],
            },
        }
        return Response(PlatformSettingsSerializer(body).data)

"""Signing in, staying signed in and signing out over REST."""

from collections.abc import Sequence
from typing import Any, cast

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts import cookies, sessions
from accounts.authentication import AUTHENTICATE_HEADER, bearer_token
from accounts.openapi import ErrorResponse401Serializer, OriginErrorResponseSerializer
from accounts.refusals import Refusal, SignInRefused
from accounts.serializers import (
    MeSerializer,
    RefreshSerializer,
    SignInSerializer,
    TokenPairSerializer,
    VerifiedSerializer,
    VerifySerializer,
)
from accounts.throttles import SignInAddressThrottle, SignInEmailThrottle, TokenAddressThrottle
from accounts.tokens import Claims, TokenPair, read_access, read_refresh
from domain.models import User

_REFUSED = {401: ErrorResponse401Serializer}
_REFUSED_COOKIE = {**_REFUSED, 403: OriginErrorResponseSerializer}
_TRANSPORT = OpenApiParameter(
    cookies.TRANSPORT_HEADER,
    location=OpenApiParameter.HEADER,
    enum=["cookie"],
    description="Put the refresh token into an HttpOnly cookie, not the body; `Origin` must be this site's.",
)
_SECURITY_NOTE = "Without `refresh` in the body, the cookie is used; `Origin` must then be this site's."
_IN_BODY = OpenApiExample("a program", value={"refresh": "eyJhbGciOi…"}, request_only=True)
_IN_COOKIE = OpenApiExample("the page: the cookie speaks", value={}, request_only=True)
_PAIR = OpenApiExample(
    "a program",
    value={"access": "eyJhbGciOi…", "refresh": "eyJhbGciOi…"},
    response_only=True,
    status_codes=["200"],
)
_ACCESS_ONLY = OpenApiExample(
    "the page", value={"access": "eyJhbGciOi…"}, response_only=True, status_codes=["200"]
)


class _TokenView(APIView):
    """What these views share: nobody has to be signed in, a refusal is 401, and nothing is cached."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes: Sequence[type[BaseThrottle]] = (TokenAddressThrottle,)

    def get_authenticate_header(self, request: Request) -> str:
        return AUTHENTICATE_HEADER  # without a scheme DRF would turn each 401 into a 403

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        final = super().finalize_response(request, response, *args, **kwargs)
        final["Cache-Control"] = "no-store"
        return final


class SignInView(_TokenView):
    throttle_classes = (SignInAddressThrottle, SignInEmailThrottle)

    @extend_schema(
        operation_id="sign_in",
        tags=["auth"],
        summary="Sign in",
        auth=[],
        parameters=[_TRANSPORT],
        request=SignInSerializer,
        responses={200: TokenPairSerializer, **_REFUSED_COOKIE},
        examples=[
            OpenApiExample(
                "credentials",
                value={"email": "ada@example.com", "password": "correct horse"},
                request_only=True,
            ),
            _PAIR,
            _ACCESS_ONLY,
        ],
    )
    def post(self, request: Request) -> Response:
        """Tokens for an email and a password."""
        body = SignInSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        in_cookie = cookies.wanted(request)
        if in_cookie:
            cookies.require_own_origin(request)
        pair = sessions.sign_in(**body.validated_data, now=timezone.now())
        return _tokens(pair, in_cookie=in_cookie)


class RefreshView(_TokenView):
    @extend_schema(
        operation_id="refresh_token",
        tags=["auth"],
        summary="Renew the tokens",
        description=f"A fresh access token, and the refresh token to use from now on. {_SECURITY_NOTE}",
        auth=[],
        request=RefreshSerializer,
        responses={200: TokenPairSerializer, **_REFUSED_COOKIE},
        examples=[_IN_BODY, _IN_COOKIE, _PAIR, _ACCESS_ONLY],
    )
    def post(self, request: Request) -> Response:
        raw = _refresh_token_of_body(request)
        if in_cookie := raw is None:
            raw = _refresh_token_of_cookie(request)
        return _tokens(sessions.refresh(raw, timezone.now()), in_cookie=in_cookie)


class VerifyView(_TokenView):
    @extend_schema(
        operation_id="verify_token",
        tags=["auth"],
        summary="Ask whether a token is accepted",
        auth=[],
        request=VerifySerializer,
        responses={200: VerifiedSerializer, **_REFUSED},
        examples=[OpenApiExample("a token", value={"token": "eyJhbGciOi…"}, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """Signature, expiry, sign-in, account and password; a refresh token must also be the current one."""
        body = VerifySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        claims = sessions.verify(body.validated_data["token"], timezone.now())
        return Response(VerifiedSerializer(claims).data)


class SignOutView(_TokenView):
    @extend_schema(
        operation_id="sign_out",
        tags=["auth"],
        summary="Sign out",
        description=(
            "Ends the sign-in of the refresh token in the body, of the access token in `Authorization`, or "
            f"of the cookie, the first of these that there is. {_SECURITY_NOTE}"
        ),
        auth=[{}, {"jwtAuth": []}],  # type: ignore[list-item]  # they go into the document as they are
        parameters=[
            OpenApiParameter(
                "all", enum=["1"], description="`1`: end every sign-in of this user, on every device."
            ),
        ],
        request=RefreshSerializer,
        responses={204: OpenApiResponse(description="Signed out."), **_REFUSED_COOKIE},
        examples=[_IN_BODY, _IN_COOKIE],
    )
    def post(self, request: Request) -> Response:
        everywhere = _everywhere(request)
        sessions.sign_out(_claims_to_end(request), everywhere=everywhere, now=timezone.now())
        response = Response(status=status.HTTP_204_NO_CONTENT)
        cookie = cookies.read(request)
        if cookie is not None and not _is_living(cookie):  # another tab may have signed in anew
            cookies.clear(response)
        return response


class MeView(APIView):
    @extend_schema(
        operation_id="who_am_i",
        tags=["auth"],
        summary="Who is signed in",
        responses={200: MeSerializer},
        examples=[
            OpenApiExample(
                "a tenant",
                value={"id": 7, "email": "ada@example.com", "role": "user", "full_name": "Ada Lovelace"},
                response_only=True,
                status_codes=["200"],
            )
        ],
    )
    def get(self, request: Request) -> Response:
        return Response(MeSerializer(cast(User, request.user)).data)


def _everywhere(request: Request) -> bool:
    """Whether every sign-in is to end. Another value is refused: it may well mean that it is."""
    given = request.query_params.get("all")
    if given not in (None, "1"):
        raise ValidationError({"all": ["1, or left out."]}, code="invalid_choice")
    return given is not None


def _tokens(pair: TokenPair, *, in_cookie: bool) -> Response:
    if not in_cookie:
        return Response({"access": pair.access, "refresh": pair.refresh})
    response = Response({"access": pair.access})
    cookies.write(response, pair.refresh, pair.refresh_expires_at)
    return response


def _claims_to_end(request: Request) -> Claims:
    """The token that says whose session ends; raises SignInRefused, and OriginRefused for a cookie."""
    if raw := _refresh_token_of_body(request):
        return read_refresh(raw)
    try:
        if raw := bearer_token(request):
            return read_access(raw)
    except SignInRefused:
        if (
            cookies.read(request) is None
        ):  # a page that was asleep comes with an old access token and the cookie
            raise
    return read_refresh(_refresh_token_of_cookie(request))


def _is_living(raw: str) -> bool:
    """Whether a refresh token's sign-in goes on."""
    try:
        sessions.check(read_refresh(raw))
    except SignInRefused:
        return False
    return True


def _refresh_token_of_body(request: Request) -> str | None:
    body = RefreshSerializer(data=request.data)
    body.is_valid(raise_exception=True)
    raw: str | None = body.validated_data.get("refresh")
    return raw


def _refresh_token_of_cookie(request: Request) -> str:
    raw = cookies.read(request)
    if raw is None:
        raise SignInRefused(Refusal.TOKEN_MISSING)
    cookies.require_own_origin(request)
    return raw

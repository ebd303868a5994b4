"""How the OpenAPI document is made: errors are shown only as they are answered."""

# drf-standardized-errors is not typed.
# mypy: disable-error-code="no-untyped-call, misc"
from drf_spectacular.utils import OpenApiExample
from drf_standardized_errors.openapi import AutoSchema


class Schema(AutoSchema):
    """The package's, without examples of errors that nobody gets here."""

    def _get_error_response_examples(self) -> list[OpenApiExample]:
        if not self.view.authentication_classes:
            return []  # signing in and signing events are refused with codes of their own
        made: list[OpenApiExample] = super()._get_error_response_examples()
        # Who is not let in gets one of accounts.refusals.
        return [example for example in made if example.name != "AuthenticationFailed"]

"""Every URL of the service."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from domain.api.views.unknown import UnknownAddressView
from project import asyncapi, metrics
from project.health import live, ready
from project.page import page, vue_page

urlpatterns: list[URLPattern | URLResolver] = [
    path("django-admin/", admin.site.urls),
    path("api/auth/", include("accounts.urls")),
    path("api/dashboard/", include("dashboard.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("swagger/", SpectacularSwaggerView.as_view(url_name="schema"), name="swagger"),
    path("asyncapi/", asyncapi.page, name="asyncapi"),
    path("asyncapi/asyncapi.json", asyncapi.document, name="asyncapi-document"),
    path("asyncapi/frames.schema.json", asyncapi.schema, name="frames-schema"),
    path("api/", include("domain.api.urls")),
    re_path(r"^api(?:/|$)", UnknownAddressView.as_view()),  # after all others below /api/
    path("health/live", live, name="health-live"),
    path("health/ready", ready, name="health-ready"),
    path("metrics", metrics.page, name="metrics"),
    re_path(r"^vue(?:/|$)", vue_page, name="vue-page"),
    # Last: whatever is not the server's is a path of the page.
    re_path(r"^(?!(?:api|static|ws|django-admin|swagger|asyncapi|health|metrics)(?:/|$))", page, name="page"),
]

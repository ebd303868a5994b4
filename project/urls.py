"""Every URL of the service."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path

from project.page import page

urlpatterns: list[URLPattern | URLResolver] = [
    path("django-admin/", admin.site.urls),
    path("api/auth/", include("accounts.urls")),
    path("api/dashboard/", include("dashboard.urls")),
    # Last: whatever is not the server's is a path of the page.
    re_path(r"^(?!(?:api|static|ws|django-admin|swagger|asyncapi|health|metrics)(?:/|$))", page, name="page"),
]

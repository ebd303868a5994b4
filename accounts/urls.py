"""The sign-in's addresses, below /api/auth/ (the refresh cookie's path)."""

from django.urls import path

from accounts.views import MeView, RefreshView, SignInView, SignOutView, VerifyView

urlpatterns = [
    path("token/", SignInView.as_view(), name="auth-token"),
    path("refresh/", RefreshView.as_view(), name="auth-refresh"),
    path("verify/", VerifyView.as_view(), name="auth-verify"),
    path("logout/", SignOutView.as_view(), name="auth-logout"),
    path("me/", MeView.as_view(), name="auth-me"),
]

"""The dashboards' addresses, below /api/dashboard/."""

from django.urls import path

from dashboard.comprehensive_dashboard import ComprehensiveDashboardAPIView, DefinitionsView

urlpatterns = [
    path("comprehensive/", ComprehensiveDashboardAPIView.as_view(), name="comprehensive-dashboard"),
    path("definitions/", DefinitionsView.as_view(), name="dashboard-definitions"),
]

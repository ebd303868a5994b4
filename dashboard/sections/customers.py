"""``customer_management`` of the platform and of each tenant."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from dashboard.audiences import ADMIN_ROLE, TENANTS, platform_windows, tenants_of, windows_of
from dashboard.figures import percent
from dashboard.queries import customers as queries
from dashboard.records import Leads
from domain.models import Customer, User
from realtime.sections import Document, Piece, section


@section("customer_management", audience=ADMIN_ROLE, reads=[Customer])
def platform_customers(roles: Sequence[str], now: datetime) -> Mapping[str, Piece]:
    """The customers of all tenants, in the platform's zone."""
    windows = platform_windows(now)
    leads = queries.leads_of_platform(windows)
    value: Document = {
        **_by_interest(leads.all),
        "do_not_call_list": leads.all.do_not_call,
        "new_customers_today": leads.between(windows.today, windows.next_midnight).total,
        "new_customers_this_week": leads.between(windows.week, windows.next_midnight).total,
    }
    return {role: Piece(value, windows.next_midnight) for role in roles}


@section("customer_management", audience=TENANTS, reads=[Customer, User])
def tenant_customers(tenants: Sequence[User], now: datetime) -> Mapping[int, Piece]:
    """The customers of each tenant, in the tenant's zone; the conversion rate is of all of them."""
    windows = windows_of(tenants, now)
    leads = queries.leads(tenants_of(windows))
    pieces = {}
    for id_, window in windows.items():
        own = leads.of(id_)
        value: Document = {
            **_by_interest(own.all),
            "new_customers_today": own.between(window.today, window.next_midnight).total,
            "conversion_rate": percent(own.all.converted, own.all.total),
        }
        pieces[id_] = Piece(value, window.next_midnight)
    return pieces


def _by_interest(leads: Leads) -> Document:
    return {
        "total_customers": leads.total,
        "hot_leads": leads.hot,
        "warm_leads": leads.warm,
        "cold_leads": leads.cold,
        "converted_customers": leads.converted,
    }

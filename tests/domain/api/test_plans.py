"""Plans over REST: what is on offer, taking one, moving to another, letting it run out; and its limits."""

import pytest

from domain.models import Subscription, User
from tests.domain.api.conftest import Api
from tests.factories import AgentFactory, PlanFactory, SubscriptionFactory


@pytest.fixture
def pro(db):
    return PlanFactory(name="pro", agents_allowed=2, stripe_price_id="price_pro")


@pytest.fixture
def starter(db):
    return PlanFactory(name="starter", price="19.00", agents_allowed=1, stripe_price_id="price_starter")


@pytest.fixture
def subscription(tenant, pro):
    return SubscriptionFactory(user=tenant, plan=pro, stripe_subscription_id="sub_1")


class TestOffer:
    def test_tenants_see_what_is_on_offer_and_what_was_made_for_them(
        self, admin_api, tenant_api, tenant, pro, starter
    ):
        mine, theirs = PlanFactory.create_batch(2, name="custom", price="500.00")
        SubscriptionFactory(user=tenant, plan=mine, status="canceled")
        assert admin_api.ids("plans/") == [starter.pk, pro.pk, mine.pk, theirs.pk]
        assert tenant_api.ids("plans/") == [starter.pk, pro.pk, mine.pk]

    def test_a_plan_says_what_it_costs_and_allows(self, tenant_api, pro):
        body = tenant_api.get(f"plans/{pro.pk}/").json()
        assert (body["price"], body["currency"], body["agents_allowed"]) == (49.0, "USD", 2)
        assert body["features"] == ["Call recordings"]

    def test_filters(self, admin_api, pro, starter):
        for query in ({"name": "starter"}, {"search": "start"}):
            assert admin_api.ids("plans/", **query) == [starter.pk]
        assert admin_api.ids("plans/", interval="year") == []

    def test_refusals(self, agent_api, nobody_api, tenant_api, pro, refuses):
        custom = PlanFactory(name="custom")
        with refuses(403, "permission_denied") as answer:
            answer(agent_api.get("plans/"))
        with refuses(401, "not_authenticated") as answer:
            answer(nobody_api.get("plans/"))
        with refuses(404, "not_found") as answer:
            answer(tenant_api.get(f"plans/{custom.pk}/"))


class TestTaking:
    def test_a_tenant_takes_a_plan(self, tenant_api, tenant, pro, payments):
        response = tenant_api.post("subscriptions/", {"plan": pro.pk})
        body = response.json()
        assert (response.status_code, body["status"], body["plan_name"]) == (201, "active", "pro")
        assert payments.subscribed == [{"price": "price_pro", "key": f"subscribe:{tenant.pk}:0"}]
        found = tenant.subscriptions.get()
        assert found.stripe_subscription_id == f"sub_subscribe:{tenant.pk}:0"

    def test_again_after_the_last_one_has_ended(self, tenant_api, tenant, pro, payments):
        SubscriptionFactory(user=tenant, status="canceled")
        assert tenant_api.post("subscriptions/", {"plan": pro.pk}).status_code == 201

    def test_one_at_a_time(self, tenant_api, subscription, pro, payments, refuses):
        with refuses(409, "conflict") as answer:
            answer(tenant_api.post("subscriptions/", {"plan": pro.pk}))
        assert payments.subscribed == []

    def test_without_a_provider_or_when_it_fails_nothing_begins(self, tenant_api, pro, refuses, request):
        with refuses(409, "not_configured") as answer:
            answer(tenant_api.post("subscriptions/", {"plan": pro.pk}))
        request.getfixturevalue("payments").fails = True
        with refuses(502, "gateway_failed") as answer:
            answer(tenant_api.post("subscriptions/", {"plan": pro.pk}))

    def test_refusals(self, admin_api, agent_api, tenant_api, pro, payments, refuses):
        custom = PlanFactory(name="custom")
        with refuses(403, "permission_denied") as answer:
            answer(admin_api.post("subscriptions/", {"plan": pro.pk}))
            answer(agent_api.post("subscriptions/", {"plan": pro.pk}))
        with refuses(400, "does_not_exist", "plan") as answer:
            answer(tenant_api.post("subscriptions/", {"plan": custom.pk}))
        with refuses(400, "required", "plan") as answer:
            answer(tenant_api.post("subscriptions/", {}))


class TestChanging:
    @pytest.mark.parametrize("role", ["admin_api", "tenant_api"])
    def test_another_plan_holds_at_once_and_the_period_goes_on(
        self, request, role, subscription, starter, payments
    ):
        api = request.getfixturevalue(role)
        response = api.post(f"subscriptions/{subscription.pk}/plan/", {"plan": starter.pk})
        assert (response.status_code, response.json()["plan_name"]) == (200, "starter")
        assert payments.changed == [{"price": "price_starter", "cancel": False}]
        before = subscription.current_period_end
        subscription.refresh_from_db()
        assert (subscription.plan, subscription.current_period_end) == (starter, before)

    def test_the_same_plan_again_is_no_order(self, tenant_api, subscription, pro, payments):
        assert tenant_api.post(f"subscriptions/{subscription.pk}/plan/", {"plan": pro.pk}).status_code == 200
        assert payments.changed == []

    def test_it_runs_out_or_goes_on_after_all(self, tenant_api, subscription, payments):
        for action, cancel in (("cancel", True), ("cancel", True), ("resume", False)):
            body = tenant_api.post(f"subscriptions/{subscription.pk}/{action}/").json()
            assert (body["cancel_at_period_end"], body["status"]) == (cancel, "active")
        assert payments.changed == [
            {"price": "price_pro", "cancel": True},
            {"price": "price_pro", "cancel": False},
        ]

    def test_a_smaller_plan_waits_for_fewer_agents(
        self, tenant_api, tenant, subscription, starter, payments, refuses
    ):
        first, _second = AgentFactory.create_batch(2, owner=tenant)
        with refuses(409, "limit_reached") as answer:
            answer(tenant_api.post(f"subscriptions/{subscription.pk}/plan/", {"plan": starter.pk}))
        assert payments.changed == []
        tenant_api.post(f"users/{first.pk}/disable/")
        response = tenant_api.post(f"subscriptions/{subscription.pk}/plan/", {"plan": starter.pk})
        assert response.status_code == 200

    @pytest.mark.parametrize("action", ["plan", "cancel", "resume"])
    def test_refusals(
        self, action, tenant_api, agent_api, stranger_api, nobody_api, subscription, starter, refuses, request
    ):
        body = {"plan": starter.pk} if action == "plan" else None
        path = f"subscriptions/{subscription.pk}/{action}/"
        with refuses(409, "not_configured") as answer:
            answer(tenant_api.post(path, body))
        payments = request.getfixturevalue("payments")
        with refuses(403, "permission_denied") as answer:
            answer(agent_api.post(path, body))
        with refuses(404, "not_found") as answer:
            answer(stranger_api.post(path, body))
        with refuses(401, "not_authenticated") as answer:
            answer(nobody_api.post(path, body))
        if action != "resume":  # it goes on already
            payments.fails = True
            with refuses(502, "gateway_failed") as answer:
                answer(tenant_api.post(path, body))
        Subscription.objects.update(status="canceled")
        with refuses(409, "conflict") as answer:
            answer(tenant_api.post(path, body))


class TestLimitOfAgents:
    """A plan bounds how many agents have an open account."""

    INVITED = {"email": "new@example.com", "employee_id": "E-77"}

    def test_no_more_are_invited_than_the_plan_allows(self, tenant_api, tenant, subscription, refuses):
        AgentFactory(owner=tenant, is_active=False)
        AgentFactory(owner=tenant)
        assert tenant_api.post("users/invite/", self.INVITED).status_code == 201
        with refuses(409, "limit_reached") as answer:
            answer(tenant_api.post("users/invite/", {"email": "b@example.com", "employee_id": "E-78"}))

    def test_nor_enabled_again_and_who_works_already_stays(
        self, tenant_api, admin_api, tenant, subscription, refuses
    ):
        working = AgentFactory.create_batch(3, owner=tenant)  # one more than allowed, from an earlier plan
        gone = AgentFactory(owner=tenant, is_active=False)
        with refuses(409, "limit_reached") as answer:
            answer(tenant_api.post(f"users/{gone.pk}/enable/"))
            answer(admin_api.post(f"users/{gone.pk}/enable/"))
        assert tenant_api.post(f"users/{working[0].pk}/enable/").status_code == 200  # as before
        assert Api(working[0]).get("profile/").status_code == 200

    def test_nor_given_the_role(self, admin_api, tenant, subscription, stranger, refuses):
        AgentFactory.create_batch(2, owner=tenant)
        body = {"role": "agent", "owner": tenant.pk, "employee_id": "E-9"}
        with refuses(409, "limit_reached") as answer:
            answer(admin_api.post(f"users/{stranger.pk}/role/", body))

    def test_it_holds_when_the_subscription_has_ended(self, tenant_api, tenant, subscription, refuses):
        AgentFactory.create_batch(2, owner=tenant)
        Subscription.objects.update(status="canceled")
        with refuses(409, "limit_reached") as answer:
            answer(tenant_api.post("users/invite/", self.INVITED))

    def test_whoever_never_subscribed_has_no_plan_that_bounds(self, tenant_api, tenant):
        AgentFactory.create_batch(3, owner=tenant)
        assert tenant_api.post("users/invite/", self.INVITED).status_code == 201
        assert User.objects.filter(owner=tenant).count() == 4

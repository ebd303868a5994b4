"""Who follows which documents, and the sign-in as the push engine asks for it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts import models, sessions
from accounts.tokens import TokenPair, read_access
from dashboard.access import OVERLAP, Authenticator, follows
from domain.models import User
from realtime import auth
from realtime.auth import Principal, Refused
from realtime.scopes import Scope
from tests.accounts.crafting import broken_tokens, claims_of, expired

PASSWORD = "a good password"
AUTHENTICATOR: auth.Authenticator = Authenticator()


@pytest.fixture
def tenant(db: None) -> User:
    return User.objects.create_user("ada@example.com", PASSWORD)


@pytest.fixture
def agent(tenant: User) -> User:
    return User.objects.create_user("grace@example.com", PASSWORD, role=User.Role.AGENT, owner=tenant)


@pytest.fixture
def admin(db: None) -> User:
    return User.objects.create_superuser("root@example.com", PASSWORD)


def sign_in(user: User) -> TokenPair:
    return sessions.sign_in(user.email, PASSWORD, timezone.now())


def authenticate(token: str) -> Principal:
    (outcome,) = AUTHENTICATOR.authenticate([token])
    if isinstance(outcome, Refused):
        raise outcome
    return outcome


def principal_of(user: User) -> Principal:
    return authenticate(sign_in(user).access)


def verdict(refused: Refused) -> tuple[int, str, str]:
    return refused.close_code, refused.code, refused.retry


def refusal_of(token: str) -> tuple[int, str, str]:
    with pytest.raises(Refused) as caught:
        authenticate(token)
    assert caught.value.message
    return verdict(caught.value)


def recheck(*principals: Principal) -> list[tuple[int, str, str] | None]:
    """The verdict on each of them, None for who is welcome."""
    refused = AUTHENTICATOR.recheck(principals)
    assert set(refused) <= set(principals)
    return [verdict(refused[one]) if one in refused else None for one in principals]


class TestFollows:
    def test_an_admin_follows_the_role_and_themself(self, admin: User) -> None:
        assert follows(admin) == (Scope("role", "admin"), Scope("user", str(admin.pk)))

    def test_a_tenant_follows_the_role_and_themself(self, tenant: User) -> None:
        assert follows(tenant) == (Scope("role", "user"), Scope("user", str(tenant.pk)))

    def test_an_agent_follows_the_tenants_queue_as_well(self, agent: User, tenant: User) -> None:
        assert follows(agent) == (
            Scope("role", "agent"),
            Scope("team", str(tenant.pk)),
            Scope("user", str(agent.pk)),
        )

    def test_an_agent_without_a_tenant_has_no_team(self) -> None:
        assert follows(User(pk=5, role=User.Role.AGENT)) == (Scope("role", "agent"), Scope("user", "5"))

    def test_a_former_agent_has_no_team_whatever_the_row_says(self, tenant: User) -> None:
        assert follows(User(pk=5, role=User.Role.USER, owner=tenant)) == (
            Scope("role", "user"),
            Scope("user", "5"),
        )

    def test_an_unknown_role_follows_nothing(self) -> None:
        assert follows(User(pk=5, role="auditor")) == ()


class TestAuthenticate:
    def test_a_principal_is_who_signed_in(self, agent: User) -> None:
        access = sign_in(agent).access
        principal = authenticate(access)
        assert (principal.user_id, principal.role) == (agent.pk, "agent")
        assert principal.session == claims_of(access)["sid"]
        assert principal.expires_at == datetime.fromtimestamp(claims_of(access)["exp"], UTC)
        assert principal.scopes == follows(agent)

    def test_costs_one_query(self, agent: User, django_assert_num_queries: Any) -> None:
        access = sign_in(agent).access
        with django_assert_num_queries(1):
            authenticate(access)

    def test_many_cost_one_query_too_and_each_gets_its_own_answer(
        self, agent: User, tenant: User, admin: User, django_assert_num_queries: Any
    ) -> None:
        first, second, gone = sign_in(agent).access, sign_in(tenant), sign_in(admin)
        sessions.revoke(read_access(gone.access).sid, admin.pk, timezone.now())
        with django_assert_num_queries(1):
            outcomes = AUTHENTICATOR.authenticate([first, "nonsense", gone.access, second.access])
        assert [getattr(one, "user_id", None) for one in outcomes] == [agent.pk, None, None, tenant.pk]
        refusals = [one.code for one in outcomes if isinstance(one, Refused)]
        assert refusals == ["token_invalid", "session_revoked"]

    def test_the_principal_holds_neither_token_nor_password(self, agent: User) -> None:
        access = sign_in(agent).access
        shown = repr(authenticate(access))
        assert access not in shown
        assert claims_of(access)["hash_password"] not in shown
        assert agent.password not in shown

    def test_a_fresh_token_of_the_same_sign_in_keeps_session_and_stamp(self, tenant: User) -> None:
        pair = sign_in(tenant)
        before = authenticate(pair.access)
        after = authenticate(sessions.refresh(pair.refresh, timezone.now()).access)
        assert (after.session, after.stamp) == (before.session, before.stamp)

    def test_tokens_that_are_not_ours_or_not_for_this(self, tenant: User) -> None:
        pair = sign_in(tenant)
        for flaw, raw in broken_tokens(pair.access, pair.refresh).items():
            assert refusal_of(raw) == (4401, "token_invalid", "refresh_token"), flaw

    def test_an_expired_token(self, tenant: User) -> None:
        assert refusal_of(expired(sign_in(tenant).access)) == (4401, "token_expired", "refresh_token")

    def test_a_revoked_session(self, tenant: User) -> None:
        access = sign_in(tenant).access
        sessions.revoke(read_access(access).sid, tenant.pk, timezone.now())
        assert refusal_of(access) == (4401, "session_revoked", "refresh_token")

    def test_a_deleted_user(self, tenant: User) -> None:
        access = sign_in(tenant).access
        tenant.delete()
        assert refusal_of(access) == (4401, "session_revoked", "refresh_token")

    def test_a_changed_password(self, tenant: User) -> None:
        access = sign_in(tenant).access
        tenant.set_password("another good password")
        tenant.save()
        assert refusal_of(access) == (4401, "password_changed", "refresh_token")

    def test_a_disabled_account_is_told_to_give_up(self, tenant: User) -> None:
        access = sign_in(tenant).access
        tenant.is_active = False
        tenant.save()
        assert refusal_of(access) == (4403, "account_disabled", "never")

    def test_a_changed_role_needs_a_fresh_token(self, agent: User) -> None:
        pair = sign_in(agent)
        agent.role, agent.owner = User.Role.USER, None
        agent.save()
        assert refusal_of(pair.access) == (4401, "role_changed", "refresh_token")
        fresh = sessions.refresh(pair.refresh, timezone.now())
        assert authenticate(fresh.access).scopes == follows(agent)

    def test_a_role_without_a_dashboard_is_told_to_give_up(
        self, tenant: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        access = sign_in(tenant).access
        monkeypatch.setattr("dashboard.access.follows", lambda user: ())
        assert refusal_of(access) == (4403, "no_dashboard", "never")


def sign_out(user: User) -> None:
    session = models.Session.objects.filter(user=user).latest("created_at")
    sessions.revoke(session.sid, user.pk, timezone.now())


def sign_out_everywhere(user: User) -> None:
    sessions.revoke_all(user.pk, timezone.now())


def disable(user: User) -> None:
    user.is_active = False
    user.save()


def change_password(user: User) -> None:
    user.set_password("another good password")
    user.save()


def promote(user: User) -> None:
    user.role, user.owner = User.Role.USER, None
    user.save()


def move_to_another_team(user: User) -> None:
    user.owner = User.objects.create_user("other@example.com", PASSWORD)
    user.save()


def change_password_unnoticed(user: User) -> None:
    User.objects.filter(pk=user.pk).update(password="md5$other$hash")


def disable_unnoticed(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def delete(user: User) -> None:
    user.delete()


class TestRecheck:
    def test_nothing_to_check_needs_no_database(self) -> None:
        assert AUTHENTICATOR.recheck([]) == {}

    def test_who_is_still_welcome_is_left_alone(self, admin: User, tenant: User, agent: User) -> None:
        people = [principal_of(user) for user in (admin, tenant, agent)]
        assert recheck(*people) == [None, None, None]

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            (sign_out, (4401, "session_revoked", "refresh_token")),
            (sign_out_everywhere, (4401, "session_revoked", "refresh_token")),
            (disable, (4403, "account_disabled", "never")),
            (disable_unnoticed, (4403, "account_disabled", "never")),
            (change_password, (4401, "password_changed", "refresh_token")),
            (change_password_unnoticed, (4401, "password_changed", "refresh_token")),
            (promote, (4401, "role_changed", "refresh_token")),
            (move_to_another_team, (4401, "team_changed", "refresh_token")),
            (delete, (4401, "session_revoked", "refresh_token")),
        ],
    )
    def test_whose_access_ended_or_changed_is_named_with_the_reason(
        self,
        agent: User,
        tenant: User,
        change: Callable[[User], None],
        expected: tuple[int, str, str],
    ) -> None:
        gone, bystander = principal_of(agent), principal_of(tenant)
        change(agent)
        assert recheck(bystander, gone) == [None, expected]

    def test_a_purged_session_is_refused(self, tenant: User) -> None:
        principal = principal_of(tenant)
        models.Session.objects.all().delete()
        assert recheck(principal) == [(4401, "session_revoked", "refresh_token")]

    def test_one_sign_out_leaves_the_persons_other_sign_in_alone(self, tenant: User) -> None:
        other, gone = principal_of(tenant), principal_of(tenant)
        sessions.sign_out(read_access(sign_in(tenant).access), everywhere=False, now=timezone.now())
        assert recheck(other, gone) == [None, None]
        sign = models.Session.objects.get(sid=gone.session)
        sessions.revoke(sign.sid, tenant.pk, timezone.now())
        assert recheck(other, gone) == [None, (4401, "session_revoked", "refresh_token")]

    def test_a_role_without_a_dashboard_is_told_to_give_up(
        self, tenant: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        principal = principal_of(tenant)
        monkeypatch.setattr("dashboard.access.follows", lambda user: ())
        assert recheck(principal) == [(4403, "no_dashboard", "never")]

    def test_the_number_of_queries_does_not_grow(self, tenant: User, django_assert_num_queries: Any) -> None:
        principal = principal_of(tenant)
        later = [replace(principal, expires_at=principal.expires_at + timedelta(n)) for n in range(300)]
        people = [*later, *(principal_of(tenant) for _ in range(20))]
        with django_assert_num_queries(1):
            AUTHENTICATOR.recheck([principal])
        with django_assert_num_queries(1):
            assert AUTHENTICATOR.recheck(people) == {}

    def test_more_than_one_query_can_carry_are_all_checked(
        self, tenant: User, agent: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("dashboard.access._CHUNK", 2)
        people = [principal_of(user) for user in (tenant, agent, tenant, agent, tenant)]
        sessions.revoke_all(agent.pk, timezone.now())
        ended = (4401, "session_revoked", "refresh_token")
        assert recheck(*people) == [None, ended, None, ended, None]


class TestRevocationLog:
    def test_an_empty_log_begins_at_zero(self, db: None) -> None:
        assert AUTHENTICATOR.last_revocation() == 0
        assert list(AUTHENTICATOR.revocations_after(0)) == []

    def test_entries_come_oldest_first_and_say_whom_they_concern(self, tenant: User, agent: User) -> None:
        sid = models.Session.objects.get(sid=principal_of(tenant).session).sid
        sessions.revoke(sid, tenant.pk, timezone.now())
        sessions.revoke_all(agent.pk, timezone.now())
        entries = AUTHENTICATOR.revocations_after(0)
        assert [(entry.user_id, entry.session) for entry in entries] == [
            (tenant.pk, sid.hex),
            (agent.pk, None),
        ]
        assert entries[0].id < entries[1].id == AUTHENTICATOR.last_revocation()

    def test_the_session_of_an_entry_is_named_as_the_principal_names_it(self, tenant: User) -> None:
        principal = principal_of(tenant)
        sign_out(tenant)
        assert AUTHENTICATOR.revocations_after(0)[0].session == principal.session

    @pytest.mark.parametrize(
        "change", [sign_out, sign_out_everywhere, disable, change_password, promote, delete]
    )
    def test_every_end_and_every_change_of_access_is_logged(
        self, agent: User, change: Callable[[User], None]
    ) -> None:
        principal = principal_of(agent)
        start = AUTHENTICATOR.last_revocation()
        change(agent)
        entries = AUTHENTICATOR.revocations_after(start)
        assert [entry.user_id for entry in entries] == [principal.user_id]

    def test_an_entry_that_appears_behind_a_newer_one_is_still_found(self, tenant: User) -> None:
        """Ids are given when an entry is written; it can be read when its transaction has committed."""
        late = models.Revocation.objects.create(user_id=tenant.pk)
        newer = models.Revocation.objects.create(user_id=tenant.pk)
        found = [entry.id for entry in AUTHENTICATOR.revocations_after(newer.id)]
        assert found == [late.id, newer.id]

    def test_old_entries_are_read_once(self, tenant: User) -> None:
        before = timezone.now() - OVERLAP - timedelta(seconds=1)
        old = models.Revocation.objects.create(user_id=tenant.pk, at=before)
        assert [entry.id for entry in AUTHENTICATOR.revocations_after(old.id - 1)] == [old.id]
        assert list(AUTHENTICATOR.revocations_after(old.id)) == []

    def test_following_it_costs_one_query(self, tenant: User, django_assert_num_queries: Any) -> None:
        sessions.revoke_all(tenant.pk, timezone.now())
        with django_assert_num_queries(1):
            AUTHENTICATOR.revocations_after(0)

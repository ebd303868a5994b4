"""The life of a sign-in: opened, renewed, checked, ended."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.management import call_command
from django.utils import timezone

from accounts import sessions
from accounts.models import Revocation, Session
from accounts.refusals import Refusal, SignInRefused
from accounts.tokens import TokenPair, read_access, read_refresh
from domain.models import User
from tests.accounts.crafting import claims_of, crafted, expired, unknown_sid

NOW = timezone.now()
PASSWORD = "a good password"


def sign_in(user: User) -> TokenPair:
    return sessions.sign_in(user.email, PASSWORD, NOW)


def refusal_of(call: Callable[..., Any], *args: Any) -> Refusal:
    with pytest.raises(SignInRefused) as caught:
        call(*args)
    return caught.value.refusal


class TestSignIn:
    def test_opens_a_session_of_its_own_each_time(self, tenant: User) -> None:
        first, second = sign_in(tenant), sign_in(tenant)
        assert read_access(first.access).sid != read_access(second.access).sid
        assert tenant.sessions.count() == 2

    @pytest.mark.parametrize("email", ["ada@example.com", "ADA@EXAMPLE.COM", "Ada@Example.com"])
    def test_the_case_of_the_email_does_not_matter(self, tenant: User, email: str) -> None:
        assert sessions.sign_in(email, PASSWORD, NOW)

    def test_refuses_a_wrong_password_and_an_unknown_email_alike(self, tenant: User) -> None:
        assert refusal_of(sessions.sign_in, tenant.email, "wrong", NOW) == Refusal.CREDENTIALS_INVALID
        assert refusal_of(sessions.sign_in, "nobody@example.com", PASSWORD, NOW) == (
            Refusal.CREDENTIALS_INVALID
        )
        assert not Session.objects.exists()

    def test_refuses_an_account_that_has_no_password(self, db: None) -> None:
        User.objects.create_user("later@example.com")
        assert refusal_of(sessions.sign_in, "later@example.com", "", NOW) == Refusal.CREDENTIALS_INVALID

    def test_tells_of_a_disabled_account_only_who_knows_its_password(self, tenant: User) -> None:
        tenant.is_active = False
        tenant.save()
        assert refusal_of(sessions.sign_in, tenant.email, "wrong", NOW) == Refusal.CREDENTIALS_INVALID
        assert refusal_of(sessions.sign_in, tenant.email, PASSWORD, NOW) == Refusal.ACCOUNT_DISABLED

    @pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com"])
    def test_hashes_once_whether_or_not_the_email_is_known(self, tenant: User, email: str) -> None:
        with patch.object(
            MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode
        ) as encode:
            assert refusal_of(sessions.sign_in, email, "wrong", NOW) == Refusal.CREDENTIALS_INVALID
        assert encode.call_count == 1


class TestCheck:
    def test_finds_the_session_and_its_user_in_one_query(
        self, tenant: User, django_assert_num_queries: Any
    ) -> None:
        claims = read_access(sign_in(tenant).access)
        with django_assert_num_queries(1):
            session = sessions.check(claims)
            assert session.user == tenant

    def test_refuses_a_session_that_ended(self, tenant: User) -> None:
        claims = read_access(sign_in(tenant).access)
        sessions.revoke(claims.sid, tenant.pk, NOW)
        assert refusal_of(sessions.check, claims) == Refusal.SESSION_REVOKED

    def test_refuses_a_deleted_user(self, tenant: User) -> None:
        claims = read_access(sign_in(tenant).access)
        tenant.delete()
        assert refusal_of(sessions.check, claims) == Refusal.SESSION_REVOKED

    def test_refuses_a_session_of_somebody_else(self, tenant: User, admin: User) -> None:
        stolen = crafted(sign_in(tenant).access, user_id=str(admin.pk))
        assert refusal_of(sessions.check, read_access(stolen)) == Refusal.SESSION_REVOKED

    def test_refuses_an_unknown_session(self, tenant: User) -> None:
        claims = read_access(crafted(sign_in(tenant).access, sid=unknown_sid()))
        assert refusal_of(sessions.check, claims) == Refusal.SESSION_REVOKED

    def test_refuses_a_disabled_account_however_it_was_disabled(self, tenant: User) -> None:
        claims = read_access(sign_in(tenant).access)
        User.objects.filter(pk=tenant.pk).update(is_active=False)
        assert refusal_of(sessions.check, claims) == Refusal.ACCOUNT_DISABLED

    def test_refuses_after_a_changed_password_however_it_was_changed(self, tenant: User) -> None:
        claims = read_access(sign_in(tenant).access)
        User.objects.filter(pk=tenant.pk).update(password="md5$other$hash")
        assert refusal_of(sessions.check, claims) == Refusal.PASSWORD_CHANGED


class TestRefresh:
    def test_replaces_the_refresh_token_and_keeps_the_session(self, tenant: User) -> None:
        first = sign_in(tenant)
        second = sessions.refresh(first.refresh, NOW + timedelta(minutes=10))
        session = tenant.sessions.get()
        assert claims_of(second.refresh)["jti"] == session.refresh_jti != claims_of(first.refresh)["jti"]
        assert claims_of(second.refresh)["sid"] == claims_of(first.refresh)["sid"]
        assert session.last_used_at == NOW + timedelta(minutes=10)
        assert session.expires_at - NOW > timedelta(days=14)
        assert sessions.check(read_access(second.access))

    def test_costs_one_read_and_one_write(self, tenant: User, django_assert_num_queries: Any) -> None:
        raw = sign_in(tenant).refresh
        with django_assert_num_queries(2):
            sessions.refresh(raw, NOW)

    def test_the_previous_token_gives_the_same_replacement_for_ten_seconds(self, tenant: User) -> None:
        first = sign_in(tenant)
        winner = sessions.refresh(first.refresh, NOW)
        late = sessions.refresh(first.refresh, NOW + timedelta(seconds=9.9))
        assert claims_of(late.refresh)["jti"] == claims_of(winner.refresh)["jti"]
        assert claims_of(late.refresh)["exp"] == claims_of(winner.refresh)["exp"]
        assert sessions.check(read_access(late.access))

    def test_within_the_grace_a_session_is_not_rotated_again(self, tenant: User) -> None:
        """Else the third of three tabs, still holding the first token, would be taken for a thief."""
        first = sign_in(tenant)
        second = sessions.refresh(first.refresh, NOW)
        again = sessions.refresh(second.refresh, NOW + timedelta(seconds=5))
        assert claims_of(again.refresh)["jti"] == claims_of(second.refresh)["jti"]
        assert sessions.refresh(first.refresh, NOW + timedelta(seconds=6))

    def test_after_the_grace_the_current_token_rotates_again(self, tenant: User) -> None:
        second = sessions.refresh(sign_in(tenant).refresh, NOW)
        third = sessions.refresh(second.refresh, NOW + timedelta(seconds=10))
        assert claims_of(third.refresh)["jti"] != claims_of(second.refresh)["jti"]

    def test_reuse_after_the_grace_ends_the_session_for_everybody(self, tenant: User) -> None:
        first = sign_in(tenant)
        second = sessions.refresh(first.refresh, NOW)
        reuse = NOW + timedelta(seconds=10)
        assert refusal_of(sessions.refresh, first.refresh, reuse) == Refusal.TOKEN_REUSED
        assert refusal_of(sessions.refresh, second.refresh, reuse) == Refusal.SESSION_REVOKED
        assert refusal_of(sessions.check, read_access(second.access)) == Refusal.SESSION_REVOKED
        entry = Revocation.objects.get()
        assert (entry.user_id, entry.session) == (tenant.pk, read_access(first.access).sid)

    def test_a_token_from_before_the_previous_one_is_reuse_at_any_time(self, tenant: User) -> None:
        first = sign_in(tenant)
        second = sessions.refresh(first.refresh, NOW)
        sessions.refresh(second.refresh, NOW + timedelta(seconds=10))
        assert refusal_of(sessions.refresh, first.refresh, NOW + timedelta(seconds=11)) == (
            Refusal.TOKEN_REUSED
        )

    def test_other_sessions_of_the_user_live_on(self, tenant: User) -> None:
        first, other = sign_in(tenant), sign_in(tenant)
        sessions.refresh(first.refresh, NOW)
        refusal_of(sessions.refresh, first.refresh, NOW + timedelta(minutes=1))
        assert sessions.refresh(other.refresh, NOW)

    def test_takes_the_role_that_the_user_has_now(self, agent: User) -> None:
        first = sign_in(agent)
        agent.role, agent.owner = User.Role.USER, None
        agent.save()
        assert claims_of(sessions.refresh(first.refresh, NOW).access)["role"] == "user"

    def test_refuses_expired_disabled_deleted_changed_and_revoked(self, tenant: User, admin: User) -> None:
        raw = sign_in(tenant).refresh
        assert refusal_of(sessions.refresh, expired(raw), NOW) == Refusal.TOKEN_EXPIRED
        User.objects.filter(pk=tenant.pk).update(is_active=False)
        assert refusal_of(sessions.refresh, raw, NOW) == Refusal.ACCOUNT_DISABLED
        User.objects.filter(pk=tenant.pk).update(is_active=True)
        sessions.revoke(read_refresh(raw).sid, tenant.pk, NOW)
        assert refusal_of(sessions.refresh, raw, NOW) == Refusal.SESSION_REVOKED
        tenant.set_password("another")
        tenant.save()
        assert refusal_of(sessions.refresh, raw, NOW) == Refusal.PASSWORD_CHANGED
        tenant.delete()
        assert refusal_of(sessions.refresh, raw, NOW) == Refusal.SESSION_REVOKED


class TestSignOut:
    def test_ends_its_own_session_and_says_so(self, tenant: User) -> None:
        mine, other = sign_in(tenant), sign_in(tenant)
        claims = read_refresh(mine.refresh)
        sessions.sign_out(claims, everywhere=False, now=NOW)
        assert refusal_of(sessions.check, claims) == Refusal.SESSION_REVOKED
        assert sessions.check(read_refresh(other.refresh))
        assert list(Revocation.objects.values_list("user_id", "session")) == [(tenant.pk, claims.sid)]

    def test_twice_is_no_error_and_one_entry(self, tenant: User) -> None:
        claims = read_refresh(sign_in(tenant).refresh)
        sessions.sign_out(claims, everywhere=False, now=NOW)
        sessions.sign_out(claims, everywhere=False, now=NOW)
        assert Revocation.objects.count() == 1

    def test_after_the_user_is_gone_is_no_error(self, tenant: User) -> None:
        claims = read_refresh(sign_in(tenant).refresh)
        tenant.delete()
        sessions.sign_out(claims, everywhere=False, now=NOW)

    def test_everywhere_ends_all_of_the_users_and_nobody_elses(self, tenant: User, admin: User) -> None:
        pairs = [sign_in(tenant), sign_in(tenant)]
        bystander = sign_in(admin)
        sessions.sign_out(read_access(pairs[0].access), everywhere=True, now=NOW)
        for pair in pairs:
            assert refusal_of(sessions.check, read_access(pair.access)) == Refusal.SESSION_REVOKED
        assert sessions.check(read_access(bystander.access))
        assert list(Revocation.objects.values_list("user_id", "session")) == [(tenant.pk, None)]

    def test_everywhere_needs_a_living_session(self, tenant: User) -> None:
        ended, living = sign_in(tenant), sign_in(tenant)
        claims = read_access(ended.access)
        sessions.revoke(claims.sid, tenant.pk, NOW)
        with pytest.raises(SignInRefused):
            sessions.sign_out(claims, everywhere=True, now=NOW)
        assert sessions.check(read_access(living.access))


class TestVerify:
    def test_accepts_a_living_token_of_either_kind(self, tenant: User) -> None:
        pair = sign_in(tenant)
        assert sessions.verify(pair.access, NOW).kind == "access"
        assert sessions.verify(pair.refresh, NOW).kind == "refresh"

    def test_a_replaced_refresh_token_is_good_for_its_grace_and_asking_ends_nothing(
        self, tenant: User
    ) -> None:
        first = sign_in(tenant)
        second = sessions.refresh(first.refresh, NOW)
        assert sessions.verify(first.refresh, NOW + timedelta(seconds=9))
        assert refusal_of(sessions.verify, first.refresh, NOW + timedelta(seconds=10)) == (
            Refusal.TOKEN_REUSED
        )
        assert sessions.verify(second.refresh, NOW + timedelta(seconds=10))


class TestPurge:
    def test_deletes_what_ended_a_day_ago_and_nothing_else(
        self, tenant: User, capsys: pytest.CaptureFixture[str]
    ) -> None:
        long_ago, lately = NOW - timedelta(days=2), NOW - timedelta(hours=1)
        soon = NOW + timedelta(days=1)
        for expires_at, revoked_at in ((long_ago, None), (soon, long_ago), (lately, None), (soon, lately)):
            Session.objects.create(user=tenant, refresh_jti="x", expires_at=expires_at, revoked_at=revoked_at)
        Revocation.objects.create(user_id=tenant.pk, at=long_ago)
        Revocation.objects.create(user_id=tenant.pk, at=lately)
        call_command("purge_sessions")
        assert capsys.readouterr().out == "2 sessions and 1 log entries deleted\n"
        assert Session.objects.count() == 2
        assert Revocation.objects.get().at == lately

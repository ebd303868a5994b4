"""A user's row that changes ends or changes access, in the same transaction."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models.signals import post_save
from django.test import override_settings
from django.utils import timezone

from accounts import sessions
from accounts.models import Revocation, Session
from accounts.tokens import read_access
from domain.models import User

NOW = timezone.now()


@pytest.fixture
def signed_in_agent(agent: User) -> User:
    for _ in range(2):
        sessions.sign_in(agent.email, "a good password", NOW)
    return agent


def log() -> list[tuple[int, object]]:
    return list(Revocation.objects.order_by("id").values_list("user_id", "session"))


def living(user: User) -> int:
    return Session.objects.filter(user=user, revoked_at=None).count()


def new_password(user: User) -> None:
    user.set_password("another good password")


def disabled(user: User) -> None:
    user.is_active = False


def promoted(user: User) -> None:
    user.role, user.owner = User.Role.USER, None


@pytest.mark.parametrize("change", [new_password, disabled])
def test_a_new_password_and_disabling_end_every_session(
    signed_in_agent: User, change: Callable[[User], None]
) -> None:
    change(signed_in_agent)
    signed_in_agent.save()
    assert living(signed_in_agent) == 0
    assert log() == [(signed_in_agent.pk, None)]


def test_a_new_role_is_announced_and_ends_no_session(signed_in_agent: User) -> None:
    promoted(signed_in_agent)
    signed_in_agent.save()
    assert living(signed_in_agent) == 2
    assert log() == [(signed_in_agent.pk, None)]


def test_another_tenant_is_announced_too(signed_in_agent: User) -> None:
    signed_in_agent.owner = User.objects.create_user("other@example.com")
    signed_in_agent.save()
    assert living(signed_in_agent) == 2
    assert log() == [(signed_in_agent.pk, None)]


def test_everything_else_changes_nothing(signed_in_agent: User) -> None:
    signed_in_agent.first_name = "Grace"
    signed_in_agent.save()
    signed_in_agent.timezone = "Europe/Berlin"
    signed_in_agent.save(update_fields=["timezone"])
    assert (living(signed_in_agent), log()) == (2, [])


def test_enabling_an_account_brings_no_session_back(signed_in_agent: User) -> None:
    disabled(signed_in_agent)
    signed_in_agent.save()
    signed_in_agent.is_active = True
    signed_in_agent.save()
    assert living(signed_in_agent) == 0
    assert len(log()) == 1


def test_a_new_user_is_no_news(db: None) -> None:
    User.objects.create_user("new@example.com", "a good password")
    User(pk=123456, email="fixed@example.com").save()
    assert log() == []


def test_only_what_is_written_counts(signed_in_agent: User) -> None:
    disabled(signed_in_agent)
    signed_in_agent.save(update_fields=["first_name"])
    assert log() == []
    signed_in_agent.save(update_fields=["is_active"])
    assert log() == [(signed_in_agent.pk, None)]


@pytest.mark.parametrize("name", ["owner", "owner_id"])
def test_a_foreign_key_goes_by_either_name(signed_in_agent: User, name: str) -> None:
    signed_in_agent.owner = User.objects.create_user("other@example.com")
    signed_in_agent.save(update_fields=[name])
    assert log() == [(signed_in_agent.pk, None)]


def test_the_old_values_are_those_of_the_database(signed_in_agent: User) -> None:
    blank = User.objects.get(pk=signed_in_agent.pk)
    disabled(signed_in_agent)
    signed_in_agent.save()
    blank.first_name = "Grace"
    blank.save()  # writes its old is_active=True as well
    assert User.objects.get(pk=blank.pk).is_active
    assert living(blank) == 0


def test_a_rehashed_password_ends_the_other_sessions_and_not_the_new_one(signed_in_agent: User) -> None:
    """Tokens are bound to the hash: a sign-in that stores a stronger one ends what was made under the old."""
    with override_settings(
        PASSWORD_HASHERS=[
            "django.contrib.auth.hashers.ScryptPasswordHasher",
            "django.contrib.auth.hashers.MD5PasswordHasher",
        ]
    ):
        pair = sessions.sign_in(signed_in_agent.email, "a good password", NOW)
    assert sessions.check(read_access(pair.access))
    assert living(signed_in_agent) == 1


def test_deleting_a_user_is_announced_for_the_agents_as_well(signed_in_agent: User, tenant: User) -> None:
    gone = {signed_in_agent.pk, tenant.pk}
    tenant.delete()
    assert {user for user, _ in log()} == gone
    assert not Session.objects.exists()


def test_a_save_that_is_rolled_back_ends_nothing(signed_in_agent: User) -> None:
    disabled(signed_in_agent)
    with transaction.atomic():
        signed_in_agent.save()
        transaction.set_rollback(True)
    assert (living(signed_in_agent), log()) == (2, [])


@pytest.mark.django_db(transaction=True)
def test_a_save_that_fails_ends_nothing(transactional_db: None) -> None:
    """Outside any transaction of the caller's, as a plain ``save()`` in a view is."""
    user = User.objects.create_user("ada@example.com", "a good password")
    sessions.sign_in(user.email, "a good password", NOW)
    new_password(user)
    user.role = User.Role.AGENT  # an agent without a tenant: the database refuses the row
    with pytest.raises(IntegrityError):
        user.save()
    assert (living(user), log()) == (1, [])


@pytest.mark.django_db(transaction=True)
def test_what_fails_after_the_row_was_written_undoes_both(transactional_db: None) -> None:
    user = User.objects.create_user("ada@example.com", "a good password")
    sessions.sign_in(user.email, "a good password", NOW)

    def fail(**kwargs: object) -> None:
        raise DatabaseError("somebody else's receiver")

    post_save.connect(fail, sender=User)
    try:
        disabled(user)
        with pytest.raises(DatabaseError):
            user.save()
    finally:
        post_save.disconnect(fail, sender=User)
    assert User.objects.get().is_active
    assert (living(user), log()) == (1, [])

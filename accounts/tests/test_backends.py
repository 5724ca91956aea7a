"""What somebody may do, asked of the database once."""

from django.contrib.auth.models import Permission

from accounts.models import User


def test_own_permissions_and_those_of_groups_are_asked_for_at_once(
    make_user, django_assert_num_queries
):
    agent = make_user("Alex", role="agent")
    agent.user_permissions.add(Permission.objects.get(codename="view_job"))
    person = User.objects.get(pk=agent.pk)

    with django_assert_num_queries(1):
        may = [
            person.has_perm(f"tickets.{name}") for name in ("work_ticket", "view_job", "add_tag")
        ]

    assert may == [True, True, False]


def test_who_may_not_come_in_may_do_nothing(make_user):
    make_user("Alex", role="agent", is_active=False)

    assert not User.objects.get(name="Alex").has_perm("tickets.work_ticket")

"""What tests of editing use: the form of a policy as it is sent, and jobs done to the end."""

from __future__ import annotations

from sla import editing
from sla.models import Policy, PolicyVersion
from sla.policy_form import PolicyEditor
from tickets import clock, jobs
from tickets.models import Job


def standard():
    return Policy.objects.get(key="seed")


def newest():
    return PolicyVersion.objects.filter(policy__key="seed").order_by("-number").first()


def form_of(version=None, **typed):
    """Return what a browser sends of the editor as it is shown, with what was typed over it."""
    version = version or newest()
    editor = PolicyEditor(terms=editing.terms_in_force(version), base=version.pk)
    sent = {}
    for form in (editor.form, editor.steps.management_form, *editor.steps):
        for field in form:
            value = field.value()
            if value is not None and value is not False:
                sent[field.html_name] = value
    return sent | typed


def work(job=None):
    """Let a worker do all that is due; returns the job as it is then."""
    while done := jobs.work(clock.now()):
        assert not done.error, done.error
    return job and Job.objects.get(pk=job.pk)


def previewed(browser, policy=None, **typed):
    """Check a change of the policy in a browser and let it be looked at; returns the job."""
    policy = policy or standard()
    response = browser.post(f"/admin/sla/policy/{policy.pk}/edit/", form_of(**typed))
    assert response.status_code == 302, response.context["form"].errors
    return work(Job.objects.latest("pk"))


def page_of(job):
    """Return the address of a proposal."""
    return f"/admin/sla/{job.params['edited']}/{job.params['id']}/proposals/{job.pk}/"

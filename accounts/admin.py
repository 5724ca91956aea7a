"""People, organizations and teams at the desk, for administrators; agents look them up."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.desk import DeskAdmin
from accounts.models import Membership, Organization, OrganizationDomain, Team, User
from accounts.querysets import normal_email
from accounts.roles import RIGHTS, ROLES
from accounts.services import CUSTOMER, change_address, forget_second_factor, give_role

# Addresses are proved by their owners, and secrets of second factors are nobody's to read.
admin.site.unregister([EmailAddress, Authenticator])


class PersonForm(forms.ModelForm):
    """A user as an administrator makes or changes one: who, in which role, with which rights."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=[(CUSTOMER, _("Customer")), *((key, role.label) for key, role in ROLES.items())],
    )
    rights = forms.ModelMultipleChoiceField(
        Group.objects.filter(name__in=[right.group for right in RIGHTS.values()]),
        label=_("Rights beside the role"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("For staff only."),
    )

    class Meta:
        model = User
        fields = [
            "email",
            "name",
            "organization",
            "sees_organization",
            "phone",
            "product",
            "time_zone",
            "is_active",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        names = {group.name for group in self.instance.groups.all()} if self.instance.pk else set()
        self.initial["role"] = next(
            (key for key, role in ROLES.items() if role.group in names), CUSTOMER
        )
        self.initial["rights"] = Group.objects.filter(
            name__in=names & {right.group for right in RIGHTS.values()}
        )

    def clean_email(self):
        email = normal_email(self.cleaned_data["email"])
        if User.objects.filter(email=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Somebody with this address is here already."))
        return email

    def clean(self):
        super().clean()
        if self.cleaned_data.get("role") == CUSTOMER and self.cleaned_data.get("rights"):
            self.add_error("rights", _("Rights beside a role are for staff."))


@admin.register(User)
class UserAdmin(DeskAdmin):
    class Media:
        js = ["js/comboboxes.js"]

    form = PersonForm
    list_display = ["email", "name", "organization", "is_staff", "is_active"]
    list_filter = ["is_active", "is_staff", "groups"]
    list_select_related = ["organization"]
    search_fields = ["name", "email"]
    ordering = ["email"]
    show_full_result_count = False
    autocomplete_fields = ["organization"]
    actions = ["let_set_up_second_step"]
    fieldsets = [
        (None, {"fields": ["email", "name", "is_active", "role", "rights"]}),
        (
            _("Customer"),
            {
                "fields": [
                    "organization",
                    "stated_organization",
                    "sees_organization",
                    "phone",
                    "product",
                    "time_zone",
                ]
            },
        ),
        (_("Account"), {"fields": ["address_proved", "second_step", "last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "fields": ["email", "name", "role", "rights", "organization"],
                "description": _(
                    "They choose a password themselves, by “Get a password” on the sign-in page."
                ),
            },
        )
    ]
    readonly_fields = [
        "stated_organization",
        "address_proved",
        "second_step",
        "last_login",
        "date_joined",
    ]

    def get_fieldsets(self, request, obj=None):
        return self.fieldsets if obj else self.add_fieldsets

    def get_form(self, request, obj=None, change=False, **kwargs):
        """Ask for a new person's few fields only; the rest have defaults."""
        if obj is None:
            kwargs["fields"] = ["email", "name", "organization"]
        return super().get_form(request, obj, change=change, **kwargs)

    def has_change_permission(self, request, obj=None):
        """Leave superusers to superusers: their address is a way to their account."""
        if obj and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def save_model(self, request, obj, form, change):
        old_email = form.initial.get("email")
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if change and obj.email != old_email:
            change_address(obj, to=obj.email)
            get_adapter().send_address_changed_mail(old_email)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        give_role(form.instance, form.cleaned_data["role"])
        rights = [right.group for right in RIGHTS.values()]
        form.instance.groups.remove(*form.instance.groups.filter(name__in=rights))
        form.instance.groups.add(*form.cleaned_data["rights"])

    @admin.display(description=_("address proved"), boolean=True)
    def address_proved(self, user):
        return EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists()

    @admin.display(description=_("second step"), boolean=True)
    def second_step(self, user):
        return Authenticator.objects.filter(user=user).exists()

    @admin.action(
        permissions=["change"], description=_("Let them set up a new second step (lost phone)")
    )
    def let_set_up_second_step(self, request, queryset):
        people = [user for user in queryset if self.has_change_permission(request, user)]
        for user in people:
            forget_second_factor(user)
            self.log_change(request, user, _("Second step removed."))
        messages.success(
            request,
            ngettext(
                "%(count)s person sets up a new second step at the next sign-in.",
                "%(count)s people set up a new second step at the next sign-in.",
                len(people),
            )
            % {"count": len(people)},
        )


class DomainInline(admin.TabularInline):
    model = OrganizationDomain
    extra = 0


@admin.register(Organization)
class OrganizationAdmin(DeskAdmin):
    list_display = ["name", "time_zone"]
    search_fields = ["name", "domains__domain"]
    ordering = ["name"]
    show_full_result_count = False
    inlines = [DomainInline]


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ["user"]

    class Media:
        js = ["js/comboboxes.js"]


@admin.register(Team)
class TeamAdmin(DeskAdmin):
    list_display = ["name"]
    search_fields = ["name"]
    ordering = ["name"]
    show_full_result_count = False
    inlines = [MembershipInline]

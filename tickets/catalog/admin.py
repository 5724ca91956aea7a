"""The catalog at the desk: brands, forms, levels and wordings, for administrators."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from tickets.catalog import admin_forms, services
from tickets.catalog.admin_base import CatalogAdmin, labelled
from tickets.catalog.admin_brands import BrandAdmin as BrandAdmin
from tickets.catalog.models import (
    Choice,
    CommonField,
    Condition,
    ImpactReminder,
    ImpactRule,
    PriorityLevel,
    Question,
    RequestType,
    Subcategory,
)


class FixedRows:
    """Rows that come with the product: worded anew, never added or deleted."""

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class Links(admin.TabularInline):
    """What belongs to a row, as a list of links to pages of their own."""

    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class ParentAdmin(CatalogAdmin):
    """A row that is archived, with links to what belongs to it once it is there."""

    actions = ("archive", "offer")

    def get_inlines(self, request, obj):
        return super().get_inlines(request, obj) if obj else ()

    @admin.action(description=_("Archive: offer no more"), permissions=["change"])
    def archive(self, request, queryset):
        self._set_active(queryset, False)

    @admin.action(description=_("Offer again"), permissions=["change"])
    def offer(self, request, queryset):
        self._set_active(queryset, True)

    @transaction.atomic
    def _set_active(self, queryset, is_active):
        queryset.update(is_active=is_active)
        services.changed()


class SubcategoryLinks(Links):
    model = Subcategory
    fields = readonly_fields = ("name", "meaning", "restricted", "is_active", "position")
    verbose_name_plural = _("subcategories, in order")


class QuestionLinks(Links):
    model = Question
    fields = readonly_fields = ("label", "key", "kind", "required", "when", "is_active")
    verbose_name_plural = _("questions, in order")

    def get_queryset(self, request):
        questions = with_conditions(super().get_queryset(request))
        return questions.filter(subcategory=None) if self.fk_name == "request_type" else questions

    @admin.display(description=_("asked"))
    def when(self, question):
        return when(question)


class TypeQuestionLinks(QuestionLinks):
    fk_name = "request_type"


class SubcategoryQuestionLinks(QuestionLinks):
    fk_name = "subcategory"


@admin.register(RequestType)
class RequestTypeAdmin(ParentAdmin):
    form = admin_forms.RequestTypeForm
    list_display = (
        "name",
        "key",
        "prompts",
        "product",
        "phone_extension",
        "restricted",
        "is_active",
        "position",
    )
    list_filter = ("is_active", "prompts", "restricted")
    search_fields = ("name", "key", "aliases")
    fixed = ("key",)
    readonly_fields = ("more",)
    inlines = (SubcategoryLinks, TypeQuestionLinks)

    @admin.display(description=_("add"))
    def more(self, request_type):
        if request_type.pk is None:
            return _("Save it first, then add subcategories and questions.")
        preset = {"request_type": request_type.pk}
        links = [add_link(Question, _("Add a question"), preset)]
        if request_type.prompts:
            links.insert(0, add_link(Subcategory, _("Add a subcategory"), preset))
        return format_html(" · ".join(["{}"] * len(links)), *links)


@admin.register(Subcategory)
class SubcategoryAdmin(ParentAdmin):
    form = admin_forms.SubcategoryForm
    list_display = ("name", "request_type", "key", "restricted", "is_active", "position")
    list_filter = ("request_type", "is_active", "restricted")
    list_select_related = ("request_type",)
    search_fields = ("name", "key")
    ordering = ("request_type__position", "position", "id")
    fixed = ("request_type", "key")
    readonly_fields = ("more",)
    inlines = (SubcategoryQuestionLinks,)

    @admin.display(description=_("add"))
    def more(self, about):
        if about.pk is None:
            return _("Save it first, then add questions.")
        return add_link(
            Question,
            _("Add a question"),
            {"request_type": about.request_type_id, "subcategory": about.pk},
        )


class ChoiceInline(admin.TabularInline):
    model = Choice
    formset = admin_forms.ChoiceFormSet
    extra = 3
    can_delete = False
    fields = ("label", "leads_to", "is_active", "position")


class ConditionInline(admin.TabularInline):
    model = Condition
    fk_name = "question"
    form = admin_forms.ConditionForm
    formset = admin_forms.ConditionFormSet
    extra = 1


@admin.register(Question)
class QuestionAdmin(CatalogAdmin):
    form = admin_forms.QuestionForm
    list_display = (
        "label",
        "key",
        "subcategory",
        "request_type",
        "kind",
        "required",
        "when",
        "is_active",
        "position",
    )
    list_filter = ("request_type", "kind", "is_active")
    list_select_related = ("request_type", "subcategory")
    search_fields = ("label", "key", "subcategory__name")
    ordering = ("request_type__position", "subcategory__position", "position", "id")
    fixed = ("request_type", "subcategory", "key")
    fields = (
        "request_type",
        "subcategory",
        "key",
        "label",
        "hint",
        "error",
        "kind",
        "required",
        "format",
        "default",
        "is_active",
        "position",
    )

    def get_inlines(self, request, obj):
        return (ChoiceInline, ConditionInline) if obj else (ChoiceInline,)

    def get_queryset(self, request):
        return with_conditions(super().get_queryset(request))

    @admin.display(description=_("asked"))
    def when(self, question):
        return when(question)


@admin.register(PriorityLevel)
class PriorityLevelAdmin(FixedRows, CatalogAdmin):
    list_display = ("__str__", "meaning", "contact")
    fixed = ("number",)


@admin.register(ImpactRule)
class ImpactRuleAdmin(FixedRows, CatalogAdmin):
    list_display = ("affected", "ability", "urgent", "level")
    list_display_links = None
    list_editable = ("level",)
    list_select_related = ("level",)
    sortable_by = ()

    def get_changelist_formset(self, request, **kwargs):
        return super().get_changelist_formset(
            request, formset=admin_forms.ImpactRuleFormSet, **kwargs
        )

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        return labelled(super().formfield_for_dbfield(db_field, request, **kwargs))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Rules are weighed against each other, so they are edited as one table."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect("admin:catalog_impactrule_changelist")


@admin.register(ImpactReminder)
class ImpactReminderAdmin(CatalogAdmin):
    list_display = ("affected", "by_phone", "by_chat", "position")


@admin.register(CommonField)
class CommonFieldAdmin(FixedRows, CatalogAdmin):
    form = admin_forms.CommonFieldForm
    list_display = ("label", "key", "hint")
    fields = ("label", "hint", "error", "words")


def with_conditions(questions):
    return questions.prefetch_related("conditions__parent", "conditions__choices")


def when(question):
    """Say when a question is asked, in one line."""
    rules = [
        _("“%(parent)s” is %(answers)s")
        % {
            "parent": condition.parent.label,
            "answers": _(" or ").join(choice.label for choice in condition.choices.all()),
        }
        for condition in question.conditions.all()
    ]
    return _("only when %s") % _(" and ").join(rules) if rules else _("always")


def add_link(model, words, preset):
    url = reverse(f"admin:catalog_{model._meta.model_name}_add")
    return format_html('<a href="{}?{}">{}</a>', url, urlencode(preset), words)

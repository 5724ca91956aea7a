"""What administrators may write into a brand, its logo included."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.catalog import pictures
from tickets.catalog.brands import NO_PHONE
from tickets.catalog.models import Brand


class BrandForm(forms.ModelForm):
    new_logo = forms.FileField(
        label=gettext_lazy("Logo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".svg,.png,image/svg+xml,image/png"}),
        help_text=gettext_lazy(
            "SVG or PNG, at most 8 KB. It stands on white, in the dark too. "
            "Empty: the one there is stays; without one, the name is shown."
        ),
    )
    logo_alt = forms.CharField(
        label=gettext_lazy("What the logo says"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Read to people who do not see it. Empty: the brand's name."),
    )
    no_logo = forms.BooleanField(
        label=gettext_lazy("Take the logo away and show the name"), required=False
    )

    class Meta:
        model = Brand
        fields = ()  # the admin says which
        error_messages = {"phone_number": {"required": NO_PHONE}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        logo = getattr(self.instance, "logo", None)
        self.fields["logo_alt"].initial = logo.alt if logo else ""

    def clean_new_logo(self):
        """Return the picture, or None where none was chosen."""
        upload = self.cleaned_data["new_logo"]
        if upload is None:
            return None
        try:
            return pictures.read(upload.read(pictures.MAX_BYTES + 1))
        except pictures.PictureRefused as refused:
            raise ValidationError(str(refused)) from None

    def clean(self):
        super().clean()
        if self.cleaned_data.get("new_logo") and self.cleaned_data.get("no_logo"):
            self.add_error("no_logo", _("Choose a logo or take it away, not both."))

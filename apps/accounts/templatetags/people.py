"""A person in a template: the photo, or the initials."""

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.accounts.models import User
from apps.core.templatetags.larder import initials

register = template.Library()


@register.simple_tag
def avatar(person: User, extra: str = "") -> SafeString:
    """Decoration: the name is always said beside it."""
    if not person.photo:
        return format_html('<span class="lr-avatar {}" aria-hidden="true">{}</span>', extra, initials(person))
    address = f"{reverse('admin:staff_photo', args=[person.pk])}?v={person.photo}"
    return format_html('<img class="lr-avatar {}" src="{}" alt="" loading="lazy">', extra, address)

"""What the palette can begin of the sync; nothing runs before its page is asked to."""

from django.utils.translation import gettext_lazy as _

from apps.core.admin import palette
from apps.core.templatetags.larder import entity_title
from apps.sync.entities import ENTITIES
from apps.sync.services.gate import RUN_KEY

for entity in ENTITIES:
    palette.offer_act(
        palette.Act(
            name=f"sync.{entity.name}",
            title=_("Sync %(what)s") % {"what": entity_title(entity.name).lower()},
            icon="sync",
            permission_key=RUN_KEY,
            url_name="admin:sync_entity",
            url_args=(entity.name,),
            words=", ".join(source.doctype for source in entity.sources),
        )
    )

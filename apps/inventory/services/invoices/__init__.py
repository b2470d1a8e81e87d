"""What becomes of suppliers' invoices: the verbs, from the file to what it made."""

from apps.inventory.services.invoices.blocking import blockers
from apps.inventory.services.invoices.confirming import (
    accept_pending,
    confirm_upload,
    reject_pending,
    reopen_upload,
    take_back,
)
from apps.inventory.services.invoices.deciding import (
    Choice,
    accept_suggestions,
    decide_lines,
    edit_line,
)
from apps.inventory.services.invoices.following import item_merged, items_renamed
from apps.inventory.services.invoices.joining import join_batches, link_coming, prices_synced
from apps.inventory.services.invoices.learning import correct_learned, forget_learned
from apps.inventory.services.invoices.margins import set_category_floor
from apps.inventory.services.invoices.matching_lines import ask_again, ask_for_matching, match_upload
from apps.inventory.services.invoices.rehearsing import rehearse_upload
from apps.inventory.services.invoices.returning import (
    accept_parked,
    let_parked_go,
    offer_arrived,
    products_synced,
    still_parked,
    take_up_line,
)
from apps.inventory.services.invoices.steps import is_own
from apps.inventory.services.invoices.telling_later import tell_later, untold
from apps.inventory.services.invoices.tidying import tell_contested, tidy_files
from apps.inventory.services.invoices.undoing import undo_upload
from apps.inventory.services.invoices.uploading import (
    discard_upload,
    may_discard,
    replace_file,
    set_columns,
    start_upload,
)

__all__ = [
    "Choice",
    "accept_parked",
    "accept_pending",
    "accept_suggestions",
    "ask_again",
    "ask_for_matching",
    "blockers",
    "confirm_upload",
    "correct_learned",
    "decide_lines",
    "discard_upload",
    "edit_line",
    "forget_learned",
    "is_own",
    "item_merged",
    "items_renamed",
    "join_batches",
    "let_parked_go",
    "link_coming",
    "match_upload",
    "may_discard",
    "offer_arrived",
    "prices_synced",
    "products_synced",
    "rehearse_upload",
    "reject_pending",
    "reopen_upload",
    "replace_file",
    "set_category_floor",
    "set_columns",
    "start_upload",
    "still_parked",
    "take_back",
    "take_up_line",
    "tell_contested",
    "tell_later",
    "tidy_files",
    "undo_upload",
    "untold",
]

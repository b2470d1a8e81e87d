"""The table of taxes by item that ERPNext prints on a document, white space and all.

Each line is written as its number of tabs and its text, with ``|`` between lines.
"""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from apps.sync.demo.desk.figures import ZERO, exact, rounded
from apps.sync.demo.store import Row

TABLE: Final = (
    '0<div class="tax-break-up" style="overflow-x: auto;">|1<table class="table table-bordered table-hover">|'
    "2<thead>|3<tr>{heads}|4|3</tr>|2</thead>|2<tbody>|3{rows}|2</tbody>|1</table>|0</div>"
)
HEAD: Final = '|4|5|6<th class="text-{side}">{text}</th>|5'
ROW: Final = '|4<tr>|5<td>{item}</td>|5<td class="text-right">|6|7{net}|6|5</td>|5{taxes}|5|4</tr>|3'
TAX: Final = '|6|6|7<td class="text-right">|8|9({rate}%)|8|8|9{amount}|8|7</td>|6'


def printed(lines: Sequence[Row], taxes: Sequence[Row]) -> str:
    """The break-up of these taxes over these lines."""
    texts = ("Item", "Taxable Amount", *(str(tax["description"] or tax["account_head"]) for tax in taxes))
    heads = "".join(
        HEAD.format(side="right" if place else "left", text=text) for place, text in enumerate(texts)
    )
    taken = [json.loads(tax["item_wise_tax_detail"]) for tax in taxes]
    rows = ""
    for item, net in _nets(lines).items():
        cells = [TAX.format(rate=rate, amount=_money(exact(by))) for rate, by in (one[item] for one in taken)]
        rows += ROW.format(item=item, net=_money(net), taxes="".join(cells))
    return _laid_out(TABLE.format(heads=heads, rows=rows))


def _nets(lines: Sequence[Row]) -> dict[str, Decimal]:
    nets: dict[str, Decimal] = {}
    for line in lines:
        item = str(line["item_code"] or line["item_name"])
        nets[item] = nets.get(item, ZERO) + exact(line["net_amount"])
    return nets


def _money(amount: Decimal) -> str:
    """What is taken back is printed without its sign."""
    return f"£ {abs(rounded(amount)):,}"


def _laid_out(text: str) -> str:
    return "\n".join("\t" * int(line[0]) + line[1:] for line in text.split("|"))

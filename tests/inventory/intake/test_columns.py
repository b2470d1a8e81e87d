"""Which column is what: as chosen before, by its header in many languages, by its place, or asked."""

import pytest

from apps.inventory.intake import Field, FileRefusedError, Level, Origin, open_file, read_lines
from tests.inventory.intake.files import (
    HEADER,
    MILK,
    TODAY,
    codes,
    csv_file,
    listed,
    one,
    read,
    said,
    xlsx,
)

F = Field
HEADERS = {
    "en": ("Item name|Buy price|Sell price|Qty|Supplier part number|Expiry|Pack size|Unit|VAT rate|Barcode"),
    "en_of_a_wholesaler": (
        "PRODUCT DESCRIPTION|Unit Cost (£)|RRP|QTY.|SKU|Best before|Case size|UOM|VAT %|EAN"
    ),
    "fr": (
        "Désignation|Prix d’achat HT|Prix de vente|Qté|Référence|DLC|Colisage|Unité|Taux de TVA|Code-barres"
    ),
    "de": ("Artikelbezeichnung|EK-Preis|VK|Menge|Art.-Nr.|MHD|VPE|Einheit|MwSt.-Satz|EAN-Code"),
    "es": (
        "Artículo|Precio de compra|PVP|Cantidad|Referencia|Caducidad|Uds/caja|Unidad|IVA %|Código de barras"
    ),
    "it": (
        "Descrizione articolo|Prezzo d'acquisto|Prezzo di vendita|Q.tà|Cod. Art."
        "|Scadenza|Confezione|U.M.|Aliquota IVA|Codice a barre"
    ),
    "nl": (
        "Omschrijving|Inkoopprijs|Adviesprijs|Aantal|Artikelnummer"
        "|THT|Verpakking|Eenheid|BTW-tarief|Streepjescode"
    ),
    "pl": (
        "Nazwa towaru|Cena netto|Cena detaliczna|Ilość|Nr katalogowy"
        "|Data ważności|Opakowanie|J.m.|Stawka VAT|Kod kreskowy"
    ),
    "tr": ("Ürün Adı|Alış Fiyatı|Satış Fiyatı|Miktar|Stok Kodu|SKT|Koli İçi|Birim|KDV Oranı|Barkod"),
    "ar": (
        "اسم الصنف|سعر الشراء|سعر البيع|الكمية|رقم الصنف"
        "|تاريخ الانتهاء|حجم العبوة|الوحدة|نسبة الضريبة|الباركود"
    ),
    "pt": (
        "Produto|Preço de compra|Preço de venda|Quantidade|Código do artigo"
        "|Validade|Embalagem|Unidade|Taxa de IVA|EAN"
    ),
    "el": (
        "Περιγραφή είδους|Τιμή αγοράς|Λιανική τιμή|Ποσότητα|Κωδικός είδους|Λήξη|Συσκευασία|Μονάδα|ΦΠΑ|Barcode"
    ),
    "ro": (
        "Denumire produs|Preț de achiziție|Preț de vânzare|Cantitate|Cod produs"
        "|Expiră la|Ambalaj|U/M|Cota TVA|Cod de bare"
    ),
    "sv": ("Artikelnamn|Inköpspris|Butikspris|Antal|Artnr|Bäst före|Förpackning|Enhet|Moms %|Streckkod"),
}


def mapped(header: tuple[str, ...], **how: object) -> dict[Field, int]:
    row = ["Milk", *(str(index) for index in range(1, len(header)))]
    return dict(open_file(csv_file(header, row, delimiter="|"), **how).columns.chosen)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", HEADERS)
def test_a_header_is_known_in_many_languages(language: str) -> None:
    assert mapped(tuple(HEADERS[language].split("|"))) == {field: index for index, field in enumerate(Field)}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Artikel / Item", F.NAME),
        ("Item\nName", F.NAME),
        ("  ITEM_NAME ", F.NAME),
        ("Buy price [EUR]", F.BUY_PRICE),
        ("Unit price £", F.BUY_PRICE),
        ("Prix HT (en €)", F.BUY_PRICE),
        ("VAT%", F.VAT_RATE),
        ("E.A.N.", None),
        ("Price incl. VAT", None),
        ("Line total", None),
        ("x" * 500, None),
    ],
)
def test_case_accents_brackets_and_money_do_not_count(header: str, field: Field | None) -> None:
    found = mapped(("Qty", "Sell price", header, "RRP of today"))
    assert next((each for each, index in found.items() if index == 2), None) == field


def test_a_weak_word_yields_to_a_strong_one() -> None:
    found = open_file(
        csv_file(("Code", "Part no", "Description", "Item name", "Price", "Unit cost"), range(6))
    ).columns
    assert dict(found.chosen) == {F.PART_NUMBER: 1, F.NAME: 3, F.BUY_PRICE: 5}
    assert found.unmapped == (0, 2, 4)
    alone = mapped(("Code", "Description", "Price", "RRP", "Qty"))
    assert alone == {F.PART_NUMBER: 0, F.NAME: 1, F.BUY_PRICE: 2, F.SELL_PRICE: 3, F.QUANTITY: 4}


def test_what_two_columns_claim_is_neither_and_said() -> None:
    table = open_file(csv_file(("Item name", "Unit cost", "Net price", "RRP", "Qty"), ("Milk", 1, 2, 3, 4)))
    assert table.columns.doubled == {F.BUY_PRICE: (1, 2)}
    assert table.columns.missing == (F.BUY_PRICE,)
    assert not table.columns.is_complete
    assert one(table, "doubled-column").reason == (
        "Buy price can be more than one column: B (Unit cost), C (Net price). Choose one."
    )
    with pytest.raises(FileRefusedError, match=r"^Choose the column of: Buy price\.$") as why:
        read_lines(table, today=TODAY)
    assert why.value.code == "file-columns-missing"


def test_what_is_missing_is_listed() -> None:
    table = open_file(csv_file(("Item name", "Cost", "Colour"), ("Milk", 1, "red")))
    assert table.columns.missing == (F.SELL_PRICE, F.QUANTITY)
    assert table.columns.unmapped == (2,)
    assert table.samples(2) == ("red",)


def test_the_header_is_the_row_that_names_the_most() -> None:
    rows = [("Wholesale Ltd", "", "", ""), ("Item", "Qty", "", ""), ("", "", "", ""), HEADER, MILK]
    table = open_file(csv_file(*rows))
    assert (table.header_row, [row.number for row in table.rows]) == (4, [5])


def test_a_header_is_looked_for_in_twenty_filled_rows_and_no_further() -> None:
    title = [(f"Remark {number}", "") for number in range(19)]
    assert open_file(csv_file(*title, HEADER, MILK)).header_row == 20
    table = open_file(csv_file(*title, ("One more", ""), HEADER, MILK))
    assert not table.columns.chosen


def test_what_was_chosen_before_comes_first() -> None:
    header = ("Item name", "Cost", "Their price", "RRP", "Qty")
    before = {
        "item name": "name",
        "cost": "",
        "their price": "buy_price",
        "rrp": "sell_price",
        "qty": "quantity",
    }
    table = open_file(csv_file(header, ("Milk", 9, 1, 2, 5)), remembered=before)
    assert dict(table.columns.chosen) == {F.NAME: 0, F.BUY_PRICE: 2, F.SELL_PRICE: 3, F.QUANTITY: 4}
    assert set(table.columns.origins.values()) == {Origin.REMEMBERED}
    assert codes(table, Level.NOTICE) == [("remembered", None)]
    assert table.columns.memory() == before


def test_what_was_chosen_before_is_used_where_it_fits() -> None:
    before = {"bezeichnung intern": "name", "gone": "buy_price", "nonsense": "no field"}
    table = open_file(
        csv_file(("Bezeichnung intern", "Cost", "RRP", "Qty", "Nonsense"), ("Milk", 1, 2, 3, 4)),
        remembered=before,
    )
    assert dict(table.columns.origins) == {
        F.NAME: Origin.REMEMBERED,
        F.BUY_PRICE: Origin.HEADER,
        F.SELL_PRICE: Origin.HEADER,
        F.QUANTITY: Origin.HEADER,
    }
    assert table.columns.unmapped == (4,)


def test_words_of_a_language_that_we_do_not_know_are_found_again_once_chosen() -> None:
    header, row = ("품명", "매입가", "판매가", "수량"), ("우유", "1.20", "2.00", "5")
    table = open_file(csv_file(header, row))
    assert (table.header_row, table.headers, dict(table.columns.chosen)) == (1, header, {})
    assert said(table) == ["No header of the first rows is known. Choose the columns."]
    chosen = {F.NAME: 0, F.BUY_PRICE: 1, F.SELL_PRICE: 2, F.QUANTITY: 3}
    assert [line.name for line in read_lines(table, today=TODAY, chosen=chosen).lines] == ["우유"]
    memory = table.columns.having(chosen).memory()
    assert (
        dict(open_file(csv_file(("Gesellschaft", ""), header, row), remembered=memory).columns.chosen)
        == chosen
    )


def test_equal_headers_are_remembered_apart() -> None:
    table = open_file(csv_file(("Item name", "Price", "Price", "Qty"), ("Milk", 1, 2, 3)))
    assert table.columns.missing == (F.BUY_PRICE, F.SELL_PRICE)
    chosen = {F.NAME: 0, F.BUY_PRICE: 1, F.SELL_PRICE: 2, F.QUANTITY: 3}
    memory = table.columns.having(chosen).memory()
    again = open_file(csv_file(("Item name", "Price", "Price", "Qty"), ("Milk", 1, 2, 3)), remembered=memory)
    assert dict(again.columns.chosen) == chosen


def test_a_file_without_a_header_is_read_in_the_templates_order_and_said() -> None:
    table = open_file(csv_file(("Milk", "1.20", "2.00", "5", "A1"), ("Bread", "0.80", "1.50", "3", "A2")))
    assert table.header_row is None
    assert dict(table.columns.chosen) == {
        F.NAME: 0,
        F.BUY_PRICE: 1,
        F.SELL_PRICE: 2,
        F.QUANTITY: 3,
        F.PART_NUMBER: 4,
    }
    assert said(table) == [
        "The file has no header; the columns are taken in the order of the template. Check them."
    ]
    assert [line.row for line in read_lines(table, today=TODAY).lines] == [1, 2]


@pytest.mark.parametrize(
    "row",
    [("Milk", "5", "1.20", "0.90"), ("5", "1.20", "2.00", "Milk"), ("Milk", "1.20"), ("1", "2", "3", "4")],
)
def test_a_file_without_a_header_in_another_order_asks(row: tuple[str, ...]) -> None:
    table = open_file(csv_file(row, row))
    assert (dict(table.columns.chosen), table.header_row) == ({}, None)
    assert codes(table, Level.WARNING) == [("unknown-header", None)]
    assert [each.number for each in table.rows] == [1, 2]


def test_columns_without_a_header_are_remembered_by_their_letters() -> None:
    rows = [("5", "1.20", "2.00", "Milk"), ("3", "0.80", "1.50", "Bread")]
    chosen = {F.NAME: 3, F.BUY_PRICE: 1, F.SELL_PRICE: 2, F.QUANTITY: 0}
    memory = open_file(csv_file(*rows)).columns.having(chosen).memory()
    assert dict(open_file(csv_file(*rows), remembered=memory).columns.chosen) == chosen


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({F.NAME: 0, F.BUY_PRICE: 9}, "Column J is not in the file. Choose the columns again."),
        ({F.NAME: -1}, "Column -1 is not in the file."),
        ({F.NAME: 0, F.QUANTITY: 0}, "Column A is chosen twice, once as Item name. Choose each once."),
        ({F.NAME: 0}, "Choose the column of: Buy price, Sell price, Qty."),
    ],
)
def test_a_choice_that_cannot_be_is_refused(chosen: dict[Field, int], sentence: str) -> None:
    with pytest.raises(FileRefusedError) as why:
        read_lines(open_file(listed(MILK)), today=TODAY, chosen=chosen)
    assert str(why.value).startswith(sentence)


def test_a_discount_is_not_worked_in_and_said() -> None:
    table = open_file(csv_file((*HEADER, "Remise %"), (*MILK, "10")))
    assert said(table) == [
        "Row 1, column E (Remise %): “Remise %” is not worked in: the buy price must be what is paid."
    ]


def test_a_header_that_stands_again_in_between_is_left_out_and_said() -> None:
    reading = read(listed(MILK, HEADER, ("Bread", "1", "2", "3")))
    assert [(line.place, line.row) for line in reading.lines] == [(0, 2), (1, 4)]
    assert said(reading) == ["Row 3: The header stands here again; the row is left out."]


def test_samples_are_what_a_person_would_read() -> None:
    table = open_file(
        xlsx(("Milk", 1.5, 2, 3), ("x" * 200, None, 2, 3), ("Tea", 1000000, 2, 3), ("Jam", 1, 2, 3))
    )
    assert table.samples(0) == ("Milk", "x" * 79 + "…", "Tea")
    assert table.samples(1) == ("1.5", "1000000", "1")

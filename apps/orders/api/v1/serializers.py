"""Orders, as staff's apps see them."""

from rest_framework import serializers

from apps.core.api.serializers import MoneyField, OutSerializer
from apps.orders.states import OrderDocument, OrderSource, OrderStatus


class BuyerOut(OutSerializer):
    """Who bought; the id is null while the customer is not here yet."""

    id = serializers.CharField(source="customer_id", allow_null=True)
    erp_name = serializers.CharField(
        source="customer_erp_name",
        help_text="The customer's name in ERPNext, there even where we know no such customer.",
    )
    name = serializers.CharField(source="customer_name", help_text="As it was when sold.")


class OrderOut(OutSerializer):
    """An order in a list."""

    id = serializers.CharField()
    number = serializers.CharField(source="erp_name")
    document = serializers.ChoiceField(
        choices=OrderDocument.choices, help_text="Kinds of documents may share a number."
    )
    status = serializers.ChoiceField(choices=OrderStatus.choices)
    # "source" is also what DRF calls the attribute behind a field; as a field it is taken out of the class.
    source = serializers.ChoiceField(choices=OrderSource.choices)  # type: ignore[assignment]
    placed_at = serializers.DateTimeField(help_text="When it was posted in ERPNext.")
    customer = BuyerOut(source="*")
    is_return = serializers.BooleanField()
    total = MoneyField(source="grand_total", currency="currency", help_text="Exact, as revenue counts it.")
    owed = MoneyField(
        currency="currency", help_text="What the customer was asked for: rounded where the site rounds."
    )
    outstanding = MoneyField(currency="currency", help_text="What is still to be paid.")


class OrderLineOut(OutSerializer):
    """A line as it was sold."""

    position = serializers.IntegerField(help_text="Its place in the document.")
    item_code = serializers.CharField(help_text="Empty on a free-text line.")
    name = serializers.CharField(source="item_name")
    barcode = serializers.CharField()
    quantity = serializers.DecimalField(max_digits=21, decimal_places=9)
    unit = serializers.CharField()
    price = MoneyField(source="rate", currency="order.currency")
    amount = MoneyField(currency="order.currency")
    is_free = serializers.BooleanField(help_text="Given for nothing by a pricing rule.")
    batch_number = serializers.CharField()


class OrderDetailOut(OrderOut):
    """An order with its lines."""

    erp_status = serializers.CharField(help_text="ERPNext's own word for it.")
    due_on = serializers.DateField(allow_null=True)
    return_of = serializers.CharField(
        source="return_of_name", help_text="The number of what was returned; empty otherwise."
    )
    net_total = MoneyField(currency="currency", help_text="Without tax.")
    tax_total = MoneyField(currency="currency")
    discount = MoneyField(source="discount_amount", currency="currency")
    points_redeemed = serializers.IntegerField(help_text="Points of loyalty that paid for a part.")
    remarks = serializers.CharField()
    lines = OrderLineOut(many=True)
    read_at = serializers.DateTimeField(help_text="When it was last brought in from ERPNext.")

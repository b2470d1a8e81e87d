"""Orders, as staff's apps see them."""

from rest_framework import serializers

from apps.core.api.serializers import MoneyField, OutSerializer
from apps.orders.states import OrderDocument, OrderSource, OrderStatus


class BuyerOut(OutSerializer):
    """Who bought; the id is null while the customer is not here yet."""

    id = serializers.CharField(source="customer_id", allow_null=True)
    erp_name = serializers.CharField(source="customer_erp_name")
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
    placed_at = serializers.DateTimeField()
    customer = BuyerOut(source="*")
    is_return = serializers.BooleanField()
    total = MoneyField(source="grand_total", currency="currency", help_text="Exact, as revenue counts it.")
    owed = MoneyField(
        currency="currency", help_text="What the customer was asked for: rounded where the site rounds."
    )
    outstanding = MoneyField(currency="currency")


class OrderLineOut(OutSerializer):
    """A line as it was sold."""

    position = serializers.IntegerField()
    item_code = serializers.CharField(help_text="Empty on a free-text line.")
    name = serializers.CharField(source="item_name")
    barcode = serializers.CharField()
    quantity = serializers.DecimalField(max_digits=21, decimal_places=9)
    unit = serializers.CharField()
    price = MoneyField(source="rate", currency="order.currency")
    amount = MoneyField(currency="order.currency")
    is_free = serializers.BooleanField()
    batch_number = serializers.CharField()


class OrderDetailOut(OrderOut):
    """An order with its lines."""

    erp_status = serializers.CharField()
    due_on = serializers.DateField(allow_null=True)
    return_of = serializers.CharField(source="return_of_name")
    net_total = MoneyField(currency="currency")
    tax_total = MoneyField(currency="currency")
    discount = MoneyField(source="discount_amount", currency="currency")
    points_redeemed = serializers.IntegerField()
    remarks = serializers.CharField()
    lines = OrderLineOut(many=True)
    read_at = serializers.DateTimeField(help_text="When it was last brought in from ERPNext.")

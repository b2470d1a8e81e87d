"""Customers, as staff's apps see them."""

from rest_framework import serializers

from apps.core.api.serializers import OutSerializer


class CustomerOut(OutSerializer):
    """A customer in a list."""

    id = serializers.CharField()
    erp_name = serializers.CharField(help_text="The id that staff know, ERPNext's name of the customer.")
    name = serializers.CharField()
    kind = serializers.CharField(help_text="Such as `Individual` or `Company`, as ERPNext has it.")
    group = serializers.CharField(source="group_name")
    territory = serializers.CharField(source="territory_name")
    mobile = serializers.CharField()
    email = serializers.CharField()
    nationality = serializers.CharField()
    loyalty_program = serializers.CharField(source="loyalty_program_name")
    loyalty_tier = serializers.CharField()
    is_active = serializers.BooleanField(help_text="Not disabled in ERPNext.")
    is_frozen = serializers.BooleanField(help_text="Whether ERPNext takes no entries for this customer.")


class CustomerDetailOut(CustomerOut):
    """All that ERPNext tells of a customer."""

    language = serializers.CharField()
    gender = serializers.CharField()
    salutation = serializers.CharField()
    price_list = serializers.CharField(source="price_list_name")
    currency = serializers.CharField()
    payment_terms = serializers.CharField(source="payment_terms_name")
    tax_id = serializers.CharField()
    contact = serializers.CharField(source="contact_name")
    address = serializers.CharField(source="address_name")
    website = serializers.CharField()
    details = serializers.CharField()
    read_at = serializers.DateTimeField(help_text="When it was last brought in from ERPNext.")

from apps.core import options
from config.settings_docs import PAGE, own_groups, tables, with_tables


def test_the_page_of_settings_tells_of_every_one_as_the_code_does():
    assert with_tables(PAGE.read_text()) == PAGE.read_text(), "run: python -m config.settings_docs"


def test_every_setting_says_what_is_allowed_and_which_variable_fixes_it():
    said = tables()
    for option in options.all_options():
        if option.group_key in own_groups():
            assert f"`{option.variable}`" in said
            assert option.setting or option.bounds, f"{option.key} says nowhere what is allowed"

"""What the matcher costs those who do not match."""

import subprocess
import sys

import pytest

from config.environment import BASE_DIR

SETUP = """
import sys, django
django.setup()
print("rapidfuzz" in sys.modules)
import apps.inventory.matching.model, apps.inventory.matching.reading, apps.inventory.matching.sizes
print("rapidfuzz" in sys.modules)
"""


@pytest.mark.slow
def test_no_command_loads_rapidfuzz_that_does_not_match():
    """Nor does who only makes keys or reads sizes; the matcher itself is named by import_string."""
    told = subprocess.run(
        [sys.executable, "-c", SETUP], cwd=BASE_DIR, capture_output=True, text=True, check=True, timeout=120
    )
    assert told.stdout.split() == ["False", "False"]

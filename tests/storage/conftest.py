"""What the tests of storage share."""

import pytest

pytest.register_assert_rewrite(
    "tests.contracts.keys", "tests.contracts.objects", "tests.storage.envelope.second_implementation"
)

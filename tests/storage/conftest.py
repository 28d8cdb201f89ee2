"""What the tests of storage share."""

import hypothesis
import pytest

pytest.register_assert_rewrite("tests.contracts.keys", "tests.contracts.objects")

# A busy machine is slow now and then: that is no finding.
hypothesis.settings.register_profile(
    "storage", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], database=None
)
hypothesis.settings.load_profile("storage")

"""What the tests of the workers share: one broker, started when the first test asks for it."""

from tests.services.rabbitmq import rabbitmq

__all__ = ["rabbitmq"]

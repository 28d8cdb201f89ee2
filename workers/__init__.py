"""WHO DOES THE WORK, WHEN, AND HOW OFTEN AGAIN: the only place that knows Celery and kombu."""

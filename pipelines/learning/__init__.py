"""LEARNING FROM PEOPLE: what they decided in review, how well a model agrees with it, and when the papers change."""

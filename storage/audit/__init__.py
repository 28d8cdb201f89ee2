"""The audit trail: who wrote each event, the chain over all of them, and the anchors that hold the chain in place."""

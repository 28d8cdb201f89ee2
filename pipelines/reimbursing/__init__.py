"""WHAT AN INSURER'S NIGHT BECOMES: checked, merged, and filed as each patient's history of reimbursed care."""

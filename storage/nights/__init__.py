"""Which nights of insurers have come in, how far each one got, and where each patient's reimbursed care stands."""

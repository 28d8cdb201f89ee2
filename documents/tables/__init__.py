"""The official code tables as data: read through `documents.type_codes`, never edited by hand between versions."""

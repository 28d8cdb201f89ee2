"""The keyring: the wrapped keys of documents and patients, in a store of their own; destroyed there, they are noise."""

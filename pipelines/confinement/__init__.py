"""Untrusted bytes are parsed here: in a child process that can do nothing but answer."""

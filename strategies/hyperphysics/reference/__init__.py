"""The documents' reference pages, made from the code."""

"""Records of named values: JSON objects, `key=value` pairs, cells of tables, XML elements.

A record becomes a row: a list of paths (keys with points between them) and values, in the order they are
written.
"""

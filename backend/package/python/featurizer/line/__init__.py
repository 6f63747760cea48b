"""Lines of a header and a message.

The texts here are views of bytes: every character is one byte of UTF-8, so that places and lengths are those
of the training program (`view` and `plain` of `..text`). For ASCII, which most lines are, a view is the text
itself.
"""

"""A handler that forgot its dependency."""

import a_module_nobody_shipped  # type: ignore[import-not-found] # that is the point


def answer(event: object, _context: object) -> object:
    """Never reached."""
    return a_module_nobody_shipped.answer(event)

"""Pages and schemas that are written from the code."""

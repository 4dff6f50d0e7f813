"""A month of sales and their settlement, from one seed: real handlers, real files, everybody's own books."""

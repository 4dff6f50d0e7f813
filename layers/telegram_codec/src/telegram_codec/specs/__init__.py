"""The papers: one module per counterparty. All parties are invented; the shapes are those of the field."""

"""Settlement (정산): what was approved becomes claims, captures, deposits, and a month that adds up."""

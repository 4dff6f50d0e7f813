"""AWS services, one module each, named by what payrelay uses them for."""

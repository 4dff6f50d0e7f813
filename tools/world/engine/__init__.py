"""The embedded AWS engine: ministack in its own process, with our patches.

Two sides that never import each other's environment:

- `process` runs in the application's environment and starts, watches and stops the engine (`Engine`).
- `launch`, `guard`, `stock`, `journal` and `patches` run inside the engine's environment.

Decision and figures: docs/adr (the embedded engine).
"""

"""One module per difference between ministack and AWS that payrelay cannot live with.

Each module states the stock behaviour, the wanted one and the hook it uses, and offers `apply()`.
Each has a conformance test of the same name in tests/engine that also runs against LocalStack or AWS.
"""

"""Market data of venues that are not there: seeded books and trades in each venue's own format.

It shares no protocol code with the product, so a mistake that both made would have to be made
twice. It knows what it sent, so that a proof can ask what should have arrived.
"""

"""Our strategy configurations and Hummingbot's: names, units, versions.

Ours say every ratio as a fraction (0.001 = 0.1 %). Hummingbot's V1 strategies take percent, its
V2 controllers fractions; the conversion stands in one place per strategy. `strategies` is the
door: `validate`, `render`, `schema`.
"""

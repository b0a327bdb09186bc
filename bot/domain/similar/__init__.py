"""Whether two changes mean the same, without a model: words, places, symbols, how it failed."""

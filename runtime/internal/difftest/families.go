package main

import "slices"

// families are all that is drawn from.
var families = slices.Concat(
	convolutions, fullyConnected, graphs, pools, binaries, unaries, conversions, normalizations, reductions, moves, lookups,
	volumes, texts, customs, integers, placing, shapes,
)

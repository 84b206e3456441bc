package main

import "slices"

// explanation is a class of cases on which the two differ by LiteRT's own fault, or by a choice of ours.
type explanation struct {
	reason string
	holds  func(c *testCase, a answer, v verdict) bool
}

// explained are the classes known.
var explained = slices.Concat(layersExplained, operatorsExplained, volumesExplained)

// explain returns the reason for a difference, or nothing.
func explain(c *testCase, a answer, v verdict) string {
	for _, e := range explained {
		if e.holds(c, a, v) {
			return e.reason
		}
	}
	return ""
}

package rules

import (
	"slices"
	"time"
)

// probe is one question that a rule asks of its Memory: a call of one of our functions, all its names found.
type probe struct {
	name string // as in the condition
	fn   string

	source  *Source // of a label
	classes []int   // the label's numbers in source
	label   string

	reading Reading // if source is nil
	open    bool    // its unit is seen when it comes
	unit    unit    // of the reading

	counts bool          // a span of time of counts, not of scores
	window time.Duration // of slope, mean, max and min

	nan   string // in words: the answer is no number
	yet   string // in words: of since, that it may be anything above what has passed
	index int    // in the rule's values
}

// same says whether p asks what q asks.
func (p *probe) same(q *probe) bool {
	return p.fn == q.fn && p.source == q.source && p.label == q.label && p.reading == q.reading && p.unit == q.unit &&
		p.counts == q.counts && p.window == q.window
}

// sensors returns the sensors that the answer depends on.
func (p *probe) sensors() []string {
	if p.source != nil {
		return p.source.sensors()
	}
	return []string{p.reading.Sensor}
}

// numbered numbers the probes, those that are the same alike, and returns one of each.
func numbered(all []*probe) []*probe {
	var each []*probe
	for _, p := range all {
		i := slices.IndexFunc(each, p.same)
		if i < 0 {
			i = len(each)
			each = append(each, p)
		}
		p.index = i
	}
	return each
}

// indices returns the numbers of a label among a model's.
func indices(labels []string, label string) []int {
	var all []int
	for i, l := range labels {
		if l == label {
			all = append(all, i)
		}
	}
	return all
}

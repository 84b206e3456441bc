package grammar

import (
	"slices"
	"strings"
	"time"

	"edged/sensors"
)

// scene is all that is told of at a time.
type scene struct {
	parts    []part
	readings []reading
}

// part is what one source has found.
type part struct {
	sensor  string
	weights map[string]float32 // of the sensors that found it together, in all 1
	sense   Sense
	counts  bool
	items   []item
}

// item is a label that is so, or some things of a class at a place.
type item struct {
	name  string
	place int
	n     int // 0 of a label
	score float32
	lasts time.Duration
}

// reading is a value of a sensor.
type reading struct {
	sensor, name string
	unit         sensors.Unit
	value        float64
	lost         bool
}

// scene returns what is so now, without what is lost.
func (g *Grammar) scene(now time.Time) *scene {
	sc := &scene{}
	for _, s := range g.sources {
		if !s.lost {
			sc.parts = append(sc.parts, part{s.sensor, s.weights, s.sense, s.counts, s.items(now)})
		}
	}
	for _, r := range g.readings {
		if !r.lost {
			sc.readings = append(sc.readings, *r)
		}
	}
	return sc
}

// same says whether there is nothing to be told that another scene has not told: durations and scores are not worth a
// sentence, nor is a reading that has changed by less than its unit's step.
func (sc *scene) same(told *scene, c *common) bool {
	return slices.EqualFunc(sc.parts, told.parts, func(a, b part) bool {
		return a.sensor == b.sensor && slices.EqualFunc(a.items, b.items, func(a, b item) bool {
			return a.name == b.name && a.place == b.place && a.n == b.n
		})
	}) && slices.EqualFunc(sc.readings, told.readings, func(a, b reading) bool {
		d := a.value - b.value
		return a.sensor == b.sensor && a.name == b.name && max(d, -d) < c.unit(b.unit, b.value).step
	})
}

// counts returns how many things of each class there are, nil if nobody counts.
func (sc *scene) counts() map[string]int {
	var all map[string]int
	for _, p := range sc.parts {
		if p.counts && all == nil {
			all = map[string]int{}
		}
		for _, it := range p.items {
			if it.n > 0 {
				all[it.name] += it.n
			}
		}
	}
	return all
}

// contributions returns how much of what is said each sensor found, in all 1: things of a class at a place, labels and
// readings count alike. It is nil if nobody knows whose it is.
func (sc *scene) contributions(c *common) map[string]float32 {
	all, sum := map[string]float32{}, 0
	add := func(weights map[string]float32, n int) {
		if len(weights) == 0 || n == 0 {
			return
		}
		sum += n
		for sensor, weight := range weights {
			all[sensor] += weight * float32(n)
		}
	}
	for i := range sc.parts {
		p := &sc.parts[i]
		n := len(p.said(c))
		if p.counts {
			n = max(n, 1) // none is a finding
		}
		add(p.weights, n)
	}
	for _, r := range sc.readings {
		add(map[string]float32{r.sensor: 1}, 1)
	}
	if sum == 0 { // all say that there is nothing
		for _, p := range sc.parts {
			add(p.weights, 1)
		}
	}
	if sum == 0 {
		return nil
	}
	for sensor := range all {
		all[sensor] /= float32(sum)
	}
	return all
}

// said returns the items that are worth saying.
func (p *part) said(c *common) []*item {
	beside := func(label string) bool {
		return slices.ContainsFunc(p.items, func(it item) bool { return strings.EqualFold(it.name, label) })
	}
	var all []*item
	for i := range p.items {
		if it := &p.items[i]; !c.hidden(it.name, beside) {
			all = append(all, it)
		}
	}
	return all
}

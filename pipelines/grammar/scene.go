package grammar

import (
	"slices"
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
	sensor string
	sense  Sense
	counts bool
	items  []item
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
			sc.parts = append(sc.parts, part{s.sensor, s.sense, s.counts, s.items(now)})
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

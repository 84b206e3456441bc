package prep

import (
	"math"
	"time"
)

// maxHistory bounds the readings that are kept: an hour of 18 a second.
const maxHistory = 1 << 16

// history is the newest readings, in the order in which they came: a ring that grows until it has room for the time that
// it is asked to keep.
type history struct {
	names   []string    // of the values that are kept
	at      []time.Time // of each reading
	vals    []float64   // [len(at), len(names)]; NaN where a reading has no such value, or no number
	head, n int
}

// push adds a reading, and returns false if there is nothing in it to be kept. In a full ring it replaces the oldest.
func (h *history) push(at time.Time, has func(name string) (float64, bool)) bool {
	if h.n == len(h.at) && h.n < maxHistory {
		h.grow()
	}
	if h.n == len(h.at) {
		h.drop()
	}
	slot := (h.head + h.n) % len(h.at)
	known, row := false, h.row(slot)
	for i, name := range h.names {
		v, ok := has(name)
		known = known || ok
		if !ok || math.IsInf(v, 0) {
			v = math.NaN()
		}
		row[i] = v
	}
	if known {
		h.at[slot] = at
		h.n++
	}
	return known
}

func (h *history) row(slot int) []float64 { return h.vals[slot*len(h.names):][:len(h.names)] }

// get returns the ith reading.
func (h *history) get(i int) (time.Time, []float64) {
	slot := (h.head + i) % len(h.at)
	return h.at[slot], h.row(slot)
}

func (h *history) grow() {
	to := history{names: h.names, n: h.n}
	size := max(64, 2*len(h.at))
	to.at, to.vals = make([]time.Time, size), make([]float64, size*len(h.names))
	for i := range h.n {
		at, row := h.get(i)
		to.at[i] = at
		copy(to.row(i), row)
	}
	*h = to
}

func (h *history) drop() { h.head, h.n = (h.head+1)%len(h.at), h.n-1 }

// forget drops the readings that came before the first one that is from a time after before.
func (h *history) forget(before time.Time) {
	for h.n > 0 && !h.at[h.head].After(before) {
		h.drop()
	}
}

func (h *history) clear() { h.head, h.n = 0, 0 }

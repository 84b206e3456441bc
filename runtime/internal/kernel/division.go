package kernel

// division says how the outputs of a product are divided among threads: rows into parts, and where rows are few, the panels of
// columns of each part into groups. Parts follow one another, so that a thread, which takes some that do, finds rows and weights in
// its cache.
type division struct {
	rows, unit int // a part has whole units of rows, but for the last
	parts      int
	panels     int
	groups     int
}

// apiece is how many parts each thread has at least, if possible: what is left of one is what the others wait for in the end.
const apiece = 4

// divide divides for so many threads, into parts of no more than most rows.
func divide(threads, rows, unit, most, panels int) division {
	d := division{rows: rows, unit: unit, panels: panels, groups: 1}
	units := (rows + unit - 1) / unit
	most = max(1, most/unit)
	switch {
	case threads == 1:
		d.parts = (units + most - 1) / most
	case units < 2*apiece*threads: // one more or less is much
		d.groups = min(panels, apiece*threads)
		d.parts = max((units+most-1)/most, (apiece*threads+d.groups-1)/d.groups)
	default:
		each := (units + threads - 1) / threads
		d.parts = threads * max(apiece, (each+most-1)/most)
	}
	d.parts = min(d.parts, units)
	return d
}

// count returns how many iterations there are.
func (d *division) count() int { return d.parts * d.groups }

// most returns how many rows a part has at most.
func (d *division) most() int {
	units := (d.rows + d.unit - 1) / d.unit
	return min(d.rows, (units+d.parts-1)/d.parts*d.unit)
}

// part returns the rows of an iteration.
func (d *division) part(i int) (from, to int) {
	units, i := (d.rows+d.unit-1)/d.unit, i/d.groups
	return i * units / d.parts * d.unit, min(d.rows, (i+1)*units/d.parts*d.unit)
}

// group returns the panels of an iteration.
func (d *division) group(i int) (from, to int) {
	i %= d.groups
	return i * d.panels / d.groups, (i + 1) * d.panels / d.groups
}

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

// fewest is how many rows of one pixel a part has if it is not to fetch its weights for too little.
const fewest = 24

// split has two divisions, for a loop that is shared and for one that is not: of which one counts for a Run.
type split struct {
	*division
	alone, shared division
}

// divide divides for so many threads, into parts of no more than most rows.
func divide(threads, rows, unit, most, panels int) *split {
	s := &split{alone: divisionOf(1, rows, unit, most, panels), shared: divisionOf(threads, rows, unit, most, panels)}
	s.division = &s.alone
	return s
}

// choose makes the division count that suits a loop of that cost now.
func (s *split) choose(p *Pool, cost Cost) {
	s.division = &s.alone
	if p.shares(cost) {
		s.division = &s.shared
	}
}

func divisionOf(threads, rows, unit, most, panels int) division {
	least := 1
	if unit > 1 {
		least = (fewest + unit - 1) / unit
	}
	d := division{rows: rows, unit: unit, panels: panels, groups: 1}
	units := (rows + unit - 1) / unit
	most = max(1, most/unit)
	each := (units + threads - 1) / threads
	switch {
	case threads == 1:
		d.parts = (units + most - 1) / most
	case 4*each*threads <= 5*units:
		d.parts = threads * max((each+most-1)/most, min(apiece, max(1, each/least)))
	default: // some threads would have much more than others
		d.groups = min(panels, apiece*threads)
		d.parts = max((units+most-1)/most, (apiece*threads+d.groups-1)/d.groups)
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

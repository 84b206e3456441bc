package kernel

import "testing"

// Each row of each panel belongs to one iteration, no part is larger than it may be, and no thread's share is larger than a
// fair one by much more than a part.
func TestDivision(t *testing.T) {
	for threads := 1; threads <= 4; threads++ {
		for _, unit := range []int{1, 6, 12} {
			for _, panels := range []int{1, 3, 20} {
				for _, rows := range []int{1, 2, 7, 49, 196, 12544} {
					d := divide(threads, rows, unit, 48, panels)
					checkDivision(t, &d.shared, threads)
					checkDivision(t, &d.alone, 1)
				}
			}
		}
	}
}

func checkDivision(t *testing.T, d *division, threads int) {
	seen, shares := make([]int, d.rows*d.panels), make([]int, threads)
	for thread := range threads {
		for i := thread * d.count() / threads; i < (thread+1)*d.count()/threads; i++ {
			from, to := d.part(i)
			if to-from > d.most() || to-from > 48 {
				t.Errorf("%+v: part %d has %d rows", *d, i, to-from)
			}
			first, last := d.group(i)
			shares[thread] += (to - from) * (last - first)
			for r := from; r < to; r++ {
				for p := first; p < last; p++ {
					seen[r*d.panels+p]++
				}
			}
		}
	}
	for at, n := range seen {
		if n != 1 {
			t.Fatalf("%+v: row %d, panel %d is computed %d times", *d, at/d.panels, at%d.panels, n)
		}
	}
	if d.count() < apiece*threads { // as much as there is to divide
		return
	}
	largest := d.most() * ((d.panels + d.groups - 1) / d.groups)
	for thread, n := range shares {
		if all := d.rows * d.panels; n > all/threads+all/16+largest {
			t.Errorf("%+v: thread %d of %d has %d of %d", *d, thread, threads, n, all)
		}
	}
}

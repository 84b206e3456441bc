package digest

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"edged/pipelines"
)

// step is the time from one result of a flapping run to the next.
const step = time.Second

// flapping is which labels each result of a run tells: the first flickers and is so for a while, the second is so for minutes, in
// some runs with moments besides, and the third for five seconds.
func flapping(seed uint64, r *rand.Rand, steps int) [][3]bool {
	all := make([][3]bool, steps)
	for l := range 3 {
		is := false
		for i := range all {
			switch {
			case l == 0 && r.IntN(40) == 0:
				is = !is
			case l == 1 && i%90 == 0:
				is = r.IntN(2) == 0
			case l == 2 && i%5 == 0:
				is = r.IntN(40) == 0
			}
			flickers := l == 0 && r.IntN(60) == 0 || l == 1 && seed%3 == 0 && r.IntN(60) == 0
			all[i][l] = is && (l > 0 || r.IntN(4) > int(seed%3)) || flickers
		}
	}
	return all
}

// reference says what an hour that begins at a step should tell of a label, from the whole list at once.
func reference(told [][3]bool, label, from, to int) (s pipelines.Spells) {
	const join, least = 10, 2 // steps
	type spell struct{ from, to, told int }
	var all []spell
	var lengths, gaps []float64
	var part float64 // of the steps that tell it, those that lie in the hour
	for i := range told {
		if !told[i][label] {
			continue
		}
		if n := len(all) - 1; n >= 0 && i-all[n].to <= join {
			all[n].to, all[n].told = i+1, all[n].told+1
			continue
		}
		all = append(all, spell{i, i + 1, 1})
	}
	at := func(i int) time.Time { return noon.Add(time.Duration(i) * step) }
	for _, sp := range all {
		if sp.from >= to {
			break
		}
		if sp.to > to { // what comes after the hour is not known yet
			known := sp.from
			sp.told = 0
			for i := sp.from; i < to; i++ {
				if told[i][label] {
					known, sp.told = i+1, sp.told+1
				}
			}
			sp.to = known
		}
		begins, ends := max(sp.from, from), min(sp.to, to)
		if sp.told < least || ends-begins < least {
			continue
		}
		long := time.Duration(ends-begins) * step
		if s.Times == 0 {
			s.First, s.Before = at(begins), sp.from < from
		} else {
			gaps = append(gaps, at(begins).Sub(s.Last).Seconds())
		}
		s.Times++
		s.Total += long
		s.Longest = max(s.Longest, long)
		s.Last, s.On = at(ends), ends == to
		lengths = append(lengths, float64(ends-begins))
		part += float64(sp.told) * float64(ends-begins) / float64(sp.to-sp.from)
	}
	if half := s.Total.Seconds() / float64(len(lengths)) / 2; doubted(half, lengths, gaps) {
		s.Times = 0
	}
	s.Rough = part < s.Total.Seconds()*3/4
	return s
}

// doubted says whether without brief spells, or with those joined that are close, there are fewer by more than a fifth.
func doubted(half float64, lengths, gaps []float64) bool {
	below := func(all []float64) (n int) {
		for _, seconds := range all {
			if seconds < half {
				n++
			}
		}
		return n
	}
	fewest := len(lengths) - max(below(lengths), below(gaps))
	return len(lengths)-fewest > (fewest+2)/5
}

// TestFlappingLabels compares many random runs of three hours with the reference, without and with restarts.
func TestFlappingLabels(t *testing.T) {
	const hour = int(time.Hour / step)
	names := [3]string{"fire", "person", "glass"}
	var often [3][2]int // without and with a number of times
	rough := 0
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		told := flapping(seed, r, 3*hour)
		d := open(t, Options{Hourly: true, Languages: []string{"en"}})
		var due []*pipelines.Event
		for i := range told {
			var now []string
			for l, is := range told[i] {
				if is {
					now = append(now, names[l])
				}
			}
			if seed%2 == 1 && r.IntN(50) == 0 {
				d = again(t, d)
			}
			at := noon.Add(time.Duration(i) * step)
			d.See(labels(at, now...))
			due = append(due, d.Look(at, nil)...)
		}
		due = append(due, d.Look(noon.Add(3*time.Hour), nil)...)
		if len(due) != 3 {
			t.Fatalf("seed %d: got %d digests, want 3", seed, len(due))
		}
		for h := range 3 {
			got, want := map[string]pipelines.Spells{}, map[string]pipelines.Spells{}
			for _, one := range due[h].Digest.Happened {
				got[one.What] = one.Spells
			}
			for l, name := range names {
				if s := reference(told, l, h*hour, (h+1)*hour); s.Total > 0 {
					want[name] = s
					often[l][min(s.Times, 1)]++
					if s.Rough {
						rough++
					}
				}
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("seed %d, hour %d: got\n%s\nwant\n%s", seed, h, fmt.Sprint(got), fmt.Sprint(want))
			}
		}
	}
	t.Log("without and with a number of times:", often, "rough:", rough)
	if often[0][0] < 50 || often[1][0] < 5 || often[1][1] < 5 || often[2][1] < 5 || rough < 5 {
		t.Errorf("%v without and with a number of times, %d rough: the runs try too little", often, rough)
	}
}

// again is a Digest that goes on where another has ended.
func again(t testing.TB, d *Digest) *Digest {
	t.Helper()
	state, err := d.State()
	if err != nil {
		t.Fatal(err)
	}
	next := open(t, d.opts)
	if err := next.Restore(state); err != nil {
		t.Fatal(err)
	}
	return next
}

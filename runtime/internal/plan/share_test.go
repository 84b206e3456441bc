package plan

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestSharedMemoryKeepsValues runs random programs whose results may take their operands' memory, and looks at each value
// whenever it is read.
func TestSharedMemoryKeepsValues(t *testing.T) {
	shared := 0
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 2))
		buffers := program(r)
		m := Merge(buffers)
		again := Merge(buffers)
		if !slices.Equal(m.Of, again.Of) || !slices.Equal(m.Onto, again.Onto) {
			t.Fatalf("seed %d: the second merge differs from the first", seed)
		}
		offsets, size, err := Place(m.Blocks, 1<<30)
		if err != nil {
			t.Fatal(err)
		}
		check(t, m.Blocks, offsets, size)
		if err := run(buffers, m, offsets, size); err != nil {
			t.Fatalf("seed %d: %v\n%+v", seed, err, buffers)
		}
		for _, on := range m.Onto {
			if on >= 0 {
				shared++
			}
		}
	}
	if shared < 2000 {
		t.Errorf("only %d buffers shared memory", shared)
	}
}

// program returns the buffers of some operators, each of which reads earlier results and may overwrite, or be equal to,
// some of them.
func program(r *rand.Rand) []Buffer {
	steps := 1 + r.IntN(15)
	var buffers []Buffer
	for range 1 + r.IntN(3) {
		buffers = append(buffers, Buffer{Size: int64(8 * r.IntN(20)), First: -1, Last: steps * r.IntN(2), Held: true})
	}
	for step := range steps {
		first := len(buffers)
		for range 1 + r.IntN(2) {
			b := Buffer{Size: int64(8 * r.IntN(20)), Elem: 1 << r.IntN(4), First: step, Last: step}
			for range r.IntN(3) {
				in := r.IntN(first)
				buffers[in].Last = max(buffers[in].Last, step)
				if b.Size = buffers[in].Size; r.IntN(4) > 0 {
					b.Shares = append(b.Shares, Share{With: in, Equal: r.IntN(2) == 0})
				}
			}
			b.Shares = slices.DeleteFunc(b.Shares, func(s Share) bool { return buffers[s.With].Size != b.Size })
			if b.Held = r.IntN(5) == 0; b.Held {
				b.Last = steps
			}
			buffers = append(buffers, b)
		}
	}
	return buffers
}

// run simulates the program: each byte of the arena holds the number of the value written there last.
func run(buffers []Buffer, m *Blocks, offsets []int64, size int64) error {
	value, memory := make([]int, len(buffers)), make([]int, size)
	at := func(i int) []int { return memory[offsets[m.Of[i]]:][:buffers[i].Size] }
	meet := func(i, j int) bool {
		a, b := offsets[m.Of[i]], offsets[m.Of[j]]
		return a < b+buffers[j].Size && b < a+buffers[i].Size
	}
	for i := range buffers {
		value[i] = i
		if on := m.Onto[i]; on >= 0 && slices.Contains(buffers[i].Shares, Share{With: on, Equal: true}) {
			value[i] = value[on] // the order of buffers is that of steps
		}
	}
	for step := -1; step < 20; step++ {
		for i, b := range buffers {
			if b.First < step && step <= b.Last && slices.ContainsFunc(at(i), func(v int) bool { return v != value[i] }) {
				return fmt.Errorf("buffer %d is damaged before step %d", i, step)
			}
		}
		for i, b := range buffers {
			if b.First != step {
				continue
			}
			for j, c := range buffers { // what is read at this step, or written too, must not be hit
				declared := slices.ContainsFunc(b.Shares, func(s Share) bool { return s.With == j })
				same := declared || m.Of[i] == m.Of[j] && value[i] == value[j]
				if i != j && c.First <= step && step <= c.Last && !same && meet(i, j) {
					return fmt.Errorf("buffer %d is written over %d at step %d", i, j, step)
				}
			}
			for k := range at(i) {
				at(i)[k] = value[i]
			}
		}
	}
	return nil
}

func TestMerge(t *testing.T) {
	for _, c := range []struct {
		name    string
		buffers []Buffer
		want    []int // onto
	}{
		{"a result takes the operand that dies", []Buffer{{Size: 8, Last: 1}, {Size: 8, First: 1, Last: 2, Shares: []Share{{With: 0}}}}, []int{-1, 0}},
		{"not one that lives on", []Buffer{{Size: 8, Last: 2}, {Size: 8, First: 1, Last: 2, Shares: []Share{{With: 0}}}}, []int{-1, -1}},
		{"unless it is equal", []Buffer{{Size: 8, Last: 2}, {Size: 8, First: 1, Last: 2, Shares: []Share{{With: 0, Equal: true}}}}, []int{-1, 0}},
		{"nor a smaller one", []Buffer{{Size: 8, Last: 1}, {Size: 9, First: 1, Last: 2, Shares: []Share{{With: 0}}}}, []int{-1, -1}},
		{"the second operand will do", []Buffer{{Size: 8, Last: 2}, {Size: 8, Last: 1}, {Size: 8, First: 1, Last: 2, Shares: []Share{{With: 0}, {With: 1}}}},
			[]int{-1, -1, 1}},
		{"an input and an output stay apart", []Buffer{{Size: 8, Last: 9, Held: true}, {Size: 8, First: 1, Last: 9, Held: true, Shares: []Share{{With: 0, Equal: true}}}},
			[]int{-1, -1}},
		{"an equal of an equal that lives on is not overwritten", []Buffer{{Size: 8, Last: 3}, {Size: 8, First: 1, Last: 2, Shares: []Share{{With: 0, Equal: true}}},
			{Size: 8, First: 2, Last: 3, Shares: []Share{{With: 1}}}}, []int{-1, 0, -1}},
		{"nor one that the operator reads otherwise", []Buffer{{Size: 8, Last: 2}, {Size: 8, First: 1, Last: 2, Shares: []Share{{With: 0, Equal: true}}},
			{Size: 8, First: 2, Last: 3, Shares: []Share{{With: 1}}}}, []int{-1, 0, -1}},
		{"two results of one operator stay apart", []Buffer{{Size: 8, Last: 1}, {Size: 8, First: 1, Last: 1, Shares: []Share{{With: 0}}},
			{Size: 8, First: 1, Last: 1, Shares: []Share{{With: 0}}}}, []int{-1, 0, -1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Merge(c.buffers).Onto; !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

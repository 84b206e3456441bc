package plan

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestPlaceKeepsLiveBuffersApart(t *testing.T) {
	for seed := range uint64(300) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 1))
			buffers := make([]Buffer, r.IntN(40))
			for i := range buffers {
				first := r.IntN(20)
				buffers[i] = Buffer{Size: int64(r.IntN(5000) >> r.IntN(12)), Elem: 1 << r.IntN(4), First: first, Last: first + r.IntN(6)}
			}
			offsets, size, err := Place(buffers, 1<<30)
			if err != nil {
				t.Fatal(err)
			}
			check(t, buffers, offsets, size)
			again, _, _ := Place(buffers, 1<<30)
			if !slices.Equal(offsets, again) {
				t.Errorf("second plan %v differs from the first %v", again, offsets)
			}
		})
	}
}

func check(t *testing.T, buffers []Buffer, offsets []int64, size int64) {
	t.Helper()
	for i, a := range buffers {
		if offsets[i]%max(a.Elem, 1) != 0 || a.Size >= 16*Align && offsets[i]%Align != 0 || offsets[i] < 0 || offsets[i]+a.Size > size {
			t.Errorf("buffer %d of %d bytes, a multiple of %d, at %d in an arena of %d", i, a.Size, a.Elem, offsets[i], size)
		}
		for j, b := range buffers[:i] {
			alive := a.First <= b.Last && b.First <= a.Last
			if alive && offsets[i] < offsets[j]+b.Size && offsets[j] < offsets[i]+a.Size {
				t.Errorf("buffers %d and %d overlap: %+v at %d, %+v at %d", j, i, b, offsets[j], a, offsets[i])
			}
		}
	}
	var most int64
	at := 0
	for step := -1; step < 30; step++ {
		var live int64
		for _, b := range buffers {
			if b.First <= step && step <= b.Last {
				live += b.Size
			}
		}
		if live > most {
			most, at = live, step
		}
	}
	if peak, step := Peak(buffers); peak != most || step != at || size < most {
		t.Errorf("peak of %d at step %d, arena of %d bytes; want %d at %d", peak, step, size, most, at)
	}
}

func TestPlaceReusesMemory(t *testing.T) {
	var chain []Buffer
	for i := range 4 {
		chain = append(chain, Buffer{Size: 1000, First: i, Last: i + 1})
	}
	_, size, err := Place(chain, 1<<20)
	if err != nil || size != 2024 {
		t.Errorf("a chain of 1000-byte buffers takes %d bytes (%v), want 1024+1000", size, err)
	}
}

func TestPlaceTakesManyBuffers(t *testing.T) {
	for _, n := range []int{fewBuffers + 1, manyBuffers + 1} {
		buffers := make([]Buffer, n)
		for i := range buffers {
			buffers[i] = Buffer{Size: 1, First: i, Last: i}
		}
		offsets, size, err := Place(buffers, 1<<30)
		if err != nil {
			t.Fatal(err)
		}
		check(t, buffers[:20], offsets[:20], size)
	}
}

func TestPlaceRefusesMoreThanTheLimit(t *testing.T) {
	if _, _, err := Place([]Buffer{{Size: 1 << 40}}, 1<<30); err == nil {
		t.Error("1 TiB placed under a limit of 1 GiB")
	}
}

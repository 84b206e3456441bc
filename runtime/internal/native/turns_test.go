package native

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// TestTurnsStayWithAModel: five sessions wait, two of the model that runs; they go first.
func TestTurnsStayWithAModel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var all turns
		var order []string
		first := newTurn("a")
		swap := all.enter(first)
		for _, model := range []string{"b", "a", "c", "a", "b"} {
			go func() {
				swap := all.enter(newTurn(model))
				order = append(order, model)
				all.leave(swap, time.Millisecond)
			}()
			synctest.Wait()
		}
		all.leave(swap, time.Millisecond)
		synctest.Wait()
		if want := []string{"a", "a", "b", "b", "c"}; !slices.Equal(order, want) {
			t.Errorf("got %v, want %v", order, want)
		}
		if s := all.stats(); s.Swaps != 3 || s.Stays != 3 {
			t.Errorf("got %d swaps and %d stays, want 3 and 3", s.Swaps, s.Stays)
		}
	})
}

// TestTurnsStarveNobody: a model that always has somebody waiting gives way after its streak.
func TestTurnsStarveNobody(t *testing.T) {
	all := turns{model: "a"}
	for range longestStreak + 2 {
		all.waiting = append(all.waiting, newTurn("a"))
	}
	all.waiting = append([]*turn{newTurn("b")}, all.waiting...)
	for range longestStreak {
		if all.next() == 0 {
			t.Fatal("b goes before the streak is over")
		}
	}
	if all.next() != 0 {
		t.Error("b still waits after the streak")
	}
}

func TestSwapCost(t *testing.T) {
	s := SwapStats{Swaps: 2, SwapTime: 20 * time.Millisecond, Stays: 4, StayTime: 8 * time.Millisecond}
	if got := s.Cost(); got != 8*time.Millisecond {
		t.Errorf("got %v, want 8 ms", got)
	}
	if got := (SwapStats{Stays: 1, StayTime: 1}).Cost(); got != 0 {
		t.Errorf("got %v, want 0", got)
	}
}

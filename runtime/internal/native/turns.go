package native

import (
	"sync"
	"time"
)

// turns lets one session at a time use an accelerator. Sessions of the model that has run last go first, a few times over:
// an Edge TPU keeps one model's weights, and to swap them costs more than to wait (coral.ai, "Edge TPU compiler: parameter
// data caching").
type turns struct {
	mu      sync.Mutex
	busy    bool
	model   string // that has run last
	streak  int    // turns that it has had in a row while others waited
	waiting []*turn
	swaps   SwapStats
}

// longestStreak is how many turns in a row a model gets while sessions of others wait.
const longestStreak = 4

// turn is one session's place. A session has one and waits at most once at a time.
type turn struct {
	model string
	open  chan struct{}
}

func newTurn(model string) *turn { return &turn{model: model, open: make(chan struct{}, 1)} }

// SwapStats says what it costs that an accelerator changes between models.
type SwapStats struct {
	Swaps, Stays       int64         // Invokes of another model than the one before, and of the same
	SwapTime, StayTime time.Duration // that those have taken in all
}

// Cost returns how much longer an Invoke takes, in the mean, if another model has run before; 0 while that is not known.
func (s SwapStats) Cost() time.Duration {
	if s.Swaps == 0 || s.Stays == 0 {
		return 0
	}
	return max(0, s.SwapTime/time.Duration(s.Swaps)-s.StayTime/time.Duration(s.Stays))
}

// enter waits for a turn; leave must follow. swap says that another model has run before.
func (t *turns) enter(one *turn) (swap bool) {
	t.mu.Lock()
	if t.busy {
		t.waiting = append(t.waiting, one)
		t.mu.Unlock()
		<-one.open
		t.mu.Lock()
	}
	t.busy = true
	swap = t.model != one.model
	t.model = one.model
	t.mu.Unlock()
	return swap
}

// leave gives the turn to the next, after an Invoke that took d; 0 if it did not run.
func (t *turns) leave(swap bool, d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if d > 0 && swap {
		t.swaps.Swaps++
		t.swaps.SwapTime += d
	} else if d > 0 {
		t.swaps.Stays++
		t.swaps.StayTime += d
	}
	if len(t.waiting) == 0 {
		t.busy, t.streak = false, 0
		return
	}
	next := t.next()
	one := t.waiting[next]
	t.waiting = append(t.waiting[:next], t.waiting[next+1:]...)
	one.open <- struct{}{} // busy stays true: nobody comes in between
}

// next chooses among those that wait: the first of the same model, unless it has had its streak, else the first.
func (t *turns) next() int {
	if t.streak < longestStreak {
		for i, one := range t.waiting {
			if one.model == t.model {
				t.streak++
				return i
			}
		}
	}
	t.streak = 0
	return 0
}

func (t *turns) stats() SwapStats {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.swaps
}

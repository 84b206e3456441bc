package pipelines

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// TestFusionWaitsForWhatComesTogether joins senses that tick at one pace, at some distance from each other: results come at
// that pace, just after the last of those that are close together, and do not wait for one that has fallen silent.
func TestFusionWaitsForWhatComesTogether(t *testing.T) {
	const ms = time.Millisecond
	tests := []struct {
		name   string
		phases []time.Duration
		gap    bool            // the first is silent from 2.5 s to 5 s
		want   []time.Duration // of a result, by what has passed of a tick: one of these; nil is any
		count  int             // of 40
	}{
		{"one", []time.Duration{0}, false, []time.Duration{0}, 40},
		{"two close together", []time.Duration{0, 60 * ms}, false, []time.Duration{60 * ms}, 39},
		{"the later first", []time.Duration{60 * ms, 0}, false, []time.Duration{60 * ms}, 39},
		{"three close together", []time.Duration{100 * ms, 0, 50 * ms}, false, []time.Duration{100 * ms}, 39},
		{"one falls silent", []time.Duration{60 * ms, 0}, true, []time.Duration{0, 60 * ms}, 38},
		{"spread evenly", []time.Duration{0, 100 * ms, 200 * ms, 300 * ms, 400 * ms}, false, nil, 37},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			sink, start := &keep{}, time.Now()
			p := New("room", sink)
			for i, phase := range tt.phases {
				src := &clocked{first: start.Add(phase), period: 500 * ms, gap: tt.gap && i == 0}
				in := NewInput(fmt.Sprint(i), src, InputOptions{})
				if err := AddEncoder(p, in, &each{}, Encoder{Model: "m", Session: newTwice(0), Share: Share{Part: i + 1}}); err != nil {
					t.Fatal(err)
				}
			}
			f := Fusion{Model: "f", Session: newTwice(0), Fuser: newNewest(len(tt.phases)), Head: scoreHead{}, Parts: len(tt.phases), Contributions: -1}
			if err := AddFusion(p, f); err != nil {
				t.Fatal(err)
			}
			g := NewGroup(Options{})
			g.AddPipeline(p)
			if _, err := run(t, g, 19990*ms); err != nil {
				t.Fatal(err)
			}
			if n := len(sink.events); n < tt.count || n > 41 {
				t.Errorf("%s: got %d results in 20 s, want %d to 41", tt.name, n, tt.count)
			}
			at := map[time.Duration]int{}
			for _, ev := range sink.events[4:] { // once it knows them
				at[ev.Time.Sub(start)%(500*ms)]++
			}
			sum := 0
			for _, w := range tt.want {
				sum += at[w]
			}
			if tt.want != nil && sum < len(sink.events)-4-2 {
				t.Errorf("%s: got results at %v of a tick, want them at %v", tt.name, at, tt.want)
			}
		})
	}
}

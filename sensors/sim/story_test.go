package sim

import (
	"reflect"
	"testing"
	"time"
)

func TestStoryRepeatsItself(t *testing.T) {
	for seed := range uint64(20) {
		a, b, other := NewStory(Options{Seed: seed}), NewStory(Options{Seed: seed}), NewStory(Options{Seed: seed + 1})
		if !reflect.DeepEqual(a, b) {
			t.Errorf("seed %d: two stories of one seed differ", seed)
		}
		if reflect.DeepEqual(a.Acts, other.Acts) {
			t.Errorf("seed %d: the next seed tells the same", seed)
		}
	}
}

// TestStoriesHaveEverything counts steps of half a second in which a situation, or something that looks or sounds like
// it, is the case.
func TestStoriesHaveEverything(t *testing.T) {
	var is, like [situations]int
	steps := 0
	for seed := range uint64(200) {
		s := NewStory(Options{Seed: seed})
		for at := time.Duration(0); at < s.Length; at += time.Second / 2 {
			truth := s.Truth(at)
			steps++
			for one := range situations {
				is[one] += int(truth.Situations >> one & 1)
				like[one] += int(truth.Lookalikes >> one & 1)
			}
			if truth.Situations&truth.Lookalikes != 0 {
				t.Fatalf("seed %d at %v: %v is and only looks so", seed, at, (truth.Situations & truth.Lookalikes).All())
			}
		}
	}
	for one := range situations {
		share := 100 * float64(is[one]) / float64(steps)
		t.Logf("%-17s %5.1f %%, its lookalikes %5.1f %%", one, share, 100*float64(like[one])/float64(steps))
		if share < 0.4 || share > 70 {
			t.Errorf("%s is the case in %.1f %% of the time, want 0.4 to 70", one, share)
		}
	}
	for _, one := range []Situation{Fire, GlassBreaks, PersonFallen, PersonPresent, CookingSmoke, AlarmTest, WasherUnbalanced} {
		if like[one] < steps/200 {
			t.Errorf("%s has lookalikes in %d of %d steps", one, like[one], steps)
		}
	}
}

func TestBeingsWalk(t *testing.T) {
	a := Act{Start: 0, End: 20 * time.Second, Stays: []Stay{
		{From: 0, Point: Point{1, 1}, Place: AtDoor},
		{From: 10 * time.Second, Point: Point{4, 1}, Place: AtSofa, Pose: Sitting},
	}}
	for _, c := range []struct {
		at    time.Duration
		x     float64
		place Place
		pose  Pose
	}{
		{0, 1, AtDoor, Standing}, {7 * time.Second, 1, AtDoor, Standing}, {8500 * time.Millisecond, 2.5, Nowhere, Walking},
		{10 * time.Second, 4, AtSofa, Sitting}, {19 * time.Second, 4, AtSofa, Sitting},
	} {
		if p, place, pose := a.being(c.at, walkSpeed); p.X != c.x || place != c.place || pose != c.pose {
			t.Errorf("at %v: got %v %v %v, want x %v, %v, %v", c.at, p, place, pose, c.x, c.place, c.pose)
		}
	}
}

// TestPeopleStayInTheRoom looks at everybody of many stories.
func TestPeopleStayInTheRoom(t *testing.T) {
	for seed := range uint64(100) {
		s := NewStory(Options{Seed: seed})
		for at := time.Duration(0); at < s.Length; at += time.Second {
			c := s.At(at)
			for _, b := range append(c.People, c.Pets...) {
				if b.Point.X < 0 || b.Point.X > s.Home.Width || b.Point.Z < 0.5 || b.Point.Z > s.Home.Depth {
					t.Fatalf("seed %d at %v: %+v in a room of %v by %v m", seed, at, b, s.Home.Width, s.Home.Depth)
				}
			}
		}
	}
}

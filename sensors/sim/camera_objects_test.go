package sim

import (
	"slices"
	"testing"
	"time"
)

// named returns the objects of a name.
func named(all []Object, name string) []Object {
	return slices.DeleteFunc(slices.Clone(all), func(o Object) bool { return o.Name != name })
}

// change is how much the light changed between two paintings of the canvas, in a box and outside of it, per pixel.
func change(a, b *canvas, box Box) (inside, outside float64) {
	in, out := 0, 0
	for i := range a.rgb {
		x, y := float32(i%fineWidth)/fineWidth, float32(i/fineWidth)/fineHeight
		d := float64(abs32(a.rgb[i][0]-b.rgb[i][0]) + abs32(a.rgb[i][1]-b.rgb[i][1]) + abs32(a.rgb[i][2]-b.rgb[i][2]))
		if x >= box.XMin && x < box.XMax && y >= box.YMin && y < box.YMax {
			inside, in = inside+d, in+1
		} else {
			outside, out = outside+d, out+1
		}
	}
	return inside / float64(max(in, 1)), outside / float64(max(out, 1))
}

// TestBoxesHoldWhatTheySay adds one thing to an empty room: the picture changes where its box is.
func TestBoxesHoldWhatTheySay(t *testing.T) {
	for seed := range uint64(5) {
		h := NewStory(Options{Seed: seed}).Home
		bare := NewCamera((&staged{day: 0.8}).story(seed))
		bare.expose(noon)
		for _, c := range []struct {
			name  string
			act   Act
			times float64 // as much changes inside as outside, at least
		}{
			{"person", stands(h, ActPerson, 3, Nowhere, Standing), 50}, {"person", stands(h, ActPerson, 5, Nowhere, Fallen), 50},
			{"cat", stands(h, ActPet, 2, Nowhere, Standing), 50}, {"dog", stands(h, ActPet, 3, Nowhere, Sitting), 50},
			{"fire", always(ActFire, 0, int(seed%3)), 10}, // lights the room
			{"smoke", always(ActCooking, 0, 0), 1.2},      // is everywhere in the end
			{"television", always(ActTelevision, int(ShowTalk), 0), 30}, {"door", always(ActDoor, 0, 0), 50},
		} {
			with := NewCamera((&staged{day: 0.8, acts: []Act{c.act}}).story(seed))
			found := named(with.Objects(noon), c.name)
			if len(found) != 1 {
				t.Errorf("seed %d: got %d of %s, want 1", seed, len(found), c.name)
				continue
			}
			inside, outside := change(&bare.canvas, &with.canvas, found[0].Box)
			if inside < c.times*outside || inside < 0.01 {
				t.Errorf("seed %d: %s at %v changes the picture by %.3f there and by %.3f elsewhere", seed, c.name, found[0].Box, inside, outside)
			}
		}
	}
}

// TestPeopleAreSeen counts who is in the picture, of all who are in the room.
func TestPeopleAreSeen(t *testing.T) {
	there, seen := 0, 0
	for seed := range uint64(30) {
		s := NewStory(Options{Seed: seed})
		c := NewCamera(s)
		for at := time.Duration(0); at < s.Length; at += 20 * time.Second {
			people, n := len(s.At(at).People), len(named(c.Objects(at), "person"))
			if n > people {
				t.Fatalf("seed %d at %v: sees %d people of %d", seed, at, n, people)
			}
			there, seen = there+people, seen+n
		}
	}
	t.Logf("%d of %d people are seen", seen, there)
	if 100*seen < 97*there {
		t.Errorf("got %d of %d people, want 97 %%", seen, there)
	}
}

// TestPeopleAreWhereTheyAre looks for boxes around the middles of people.
func TestPeopleAreWhereTheyAre(t *testing.T) {
	for seed := range uint64(20) {
		s := NewStory(Options{Seed: seed})
		p := Point{s.Home.Width * (0.3 + 0.02*float64(seed)), s.Home.Depth * 0.45}
		a := always(ActPerson, int(seed), 0)
		a.Stays = []Stay{{From: a.Start, Point: p}}
		s.Acts = []Act{a}
		c := NewCamera(s)
		found := named(c.Objects(noon), "person")
		x, y, _ := c.lens.see(vec{float32(p.X), 1, float32(p.Z)})
		x, y = x/fineWidth, y/fineHeight
		if len(found) != 1 || !(found[0].XMin < x && x < found[0].XMax && found[0].YMin < y && y < found[0].YMax) {
			t.Errorf("seed %d: got %v, want a box around %.2f %.2f", seed, found, x, y)
		}
	}
}

// TestNearHidesFar puts a person before the door: less of the door is seen.
func TestNearHidesFar(t *testing.T) {
	count := func(s *Story) (n int) {
		c := NewCamera(s)
		c.expose(noon)
		for _, id := range c.canvas.id {
			if id == idDoor {
				n++
			}
		}
		return n
	}
	h := NewStory(Options{Seed: 2}).Home
	free := count((&staged{day: 1}).story(2))
	hidden := count((&staged{day: 1, acts: []Act{stands(h, ActPerson, 3, AtDoor, Standing)}}).story(2))
	if hidden > free*3/4 || free < 500 {
		t.Errorf("got %d pixels of a door behind somebody, %d without", hidden, free)
	}
}

func TestRoomsHaveFurniture(t *testing.T) {
	want := []string{"door", "window", "television", "stove", "kettle", "washing machine", "sofa", "table"}
	for seed := range uint64(40) {
		all := NewCamera((&staged{day: 1}).story(seed)).Objects(noon)
		for _, name := range want {
			if len(named(all, name)) != 1 {
				t.Errorf("seed %d: no %s in %v", seed, name, all)
			}
		}
		if len(all) != len(want) {
			t.Errorf("seed %d: got %v in an empty room", seed, all)
		}
	}
}

// TestRoomsHaveNoHoles looks for places where nothing is painted, or light is none.
func TestRoomsHaveNoHoles(t *testing.T) {
	for seed := range uint64(30) {
		c := NewCamera(NewStory(Options{Seed: 300 + seed}))
		for at := time.Duration(0); at < 3*time.Minute; at += 50 * time.Second {
			c.expose(at)
			for i, id := range c.canvas.id {
				p := c.canvas.rgb[i]
				if sum := p[0] + p[1] + p[2]; id == idNone || !(sum > -0.01 && sum < 100) {
					t.Fatalf("seed %d at %v: %v of thing %d at %d %d", seed, at, p, id, i%fineWidth, i/fineWidth)
				}
			}
		}
	}
}

package cartoon

import (
	"math/rand/v2"
	"time"
)

// Sight is what the camera sees.
type Sight string

// The sights.
const (
	Empty  Sight = "empty"
	Person Sight = "person"
	Cat    Sight = "cat"
	Fire   Sight = "fire"
	Dark   Sight = "dark" // night, and the lamp is off
)

// Sights lists them, in the order of the classes of a model.
func Sights() []Sight { return []Sight{Empty, Person, Cat, Fire, Dark} }

// Noise is what the microphone hears, above the quiet noise of the room.
type Noise string

// The noises.
const (
	Silence Noise = "silence"
	Knock   Noise = "knock"
	Alarm   Noise = "alarm" // three beeps and a pause, as smoke alarms do
	Glass   Noise = "glass" // breaking
	Kettle  Noise = "kettle"
)

// Noises lists them, in the order of the classes of a model.
func Noises() []Noise { return []Noise{Silence, Knock, Alarm, Glass, Kettle} }

// Climate is how temperature and humidity move.
type Climate string

// The climates.
const (
	Steady  Climate = "steady"  // or slowly going back to where it was
	Warming Climate = "warming" // as from a fire
	Humid   Climate = "humid"   // getting more so, as from a kettle
)

// Climates lists them, in the order of the classes of a model.
func Climates() []Climate { return []Climate{Steady, Warming, Humid} }

// Scene is a part of a story during which nothing begins or ends. Times count from the beginning of the story; End is
// the beginning of the next scene.
type Scene struct {
	Start, End time.Duration
	Sight      Sight
	Noise      Noise
	Climate    Climate
}

// Story is the truth: scenes without a gap between them.
type Story []Scene

// Options says which story to tell. The zero value tells one of 30 s.
type Options struct {
	Seed   uint64        // another room, other voices, other moments
	Length time.Duration // 0 is 30 s; a longer one goes through its scenes again
}

// defaultLength is that of all scenes once.
const defaultLength = 30 * time.Second

// step is how finely the moments are chosen: a scene begins on a multiple of it.
const step = 500 * time.Millisecond

// plot is the story without its chances: how long each scene is.
var plot = [...]struct {
	long time.Duration
	Scene
}{
	{1 * time.Second, Scene{Sight: Empty, Noise: Silence, Climate: Steady}},
	{2 * time.Second, Scene{Sight: Empty, Noise: Knock, Climate: Steady}},
	{3 * time.Second, Scene{Sight: Person, Noise: Silence, Climate: Steady}}, // comes in
	{6 * time.Second, Scene{Sight: Person, Noise: Kettle, Climate: Humid}},
	{2 * time.Second, Scene{Sight: Empty, Noise: Silence, Climate: Steady}},
	{3 * time.Second, Scene{Sight: Cat, Noise: Silence, Climate: Steady}},
	{2 * time.Second, Scene{Sight: Cat, Noise: Glass, Climate: Steady}}, // on the shelf
	{3 * time.Second, Scene{Sight: Dark, Noise: Silence, Climate: Steady}},
	{2 * time.Second, Scene{Sight: Fire, Noise: Silence, Climate: Warming}},
	{6 * time.Second, Scene{Sight: Fire, Noise: Alarm, Climate: Warming}},
}

// NewStory decides what happens when. Each scene may begin a step sooner or later, but for the first two.
func NewStory(o Options) Story {
	if o.Length <= 0 {
		o.Length = defaultLength
	}
	r := chance(o.Seed, "story")
	var s Story
	var at, start time.Duration
	for i := 0; start < o.Length; i++ {
		p := plot[i%len(plot)]
		at += p.long
		scene := p.Scene
		scene.Start, scene.End = start, at
		if k := i % len(plot); k > 0 && k < len(plot)-1 {
			scene.End += time.Duration(r.IntN(3)-1) * step
		}
		scene.End = min(scene.End, o.Length)
		s, start = append(s, scene), scene.End
	}
	return s
}

// At returns the scene at time t: the first one before the story, the last one after it.
func (s Story) At(t time.Duration) Scene {
	for _, scene := range s {
		if t < scene.End {
			return scene
		}
	}
	return s[len(s)-1]
}

// Length is how long the story takes.
func (s Story) Length() time.Duration { return s[len(s)-1].End }

// chance returns the dice of one part of a story, so that parts do not depend on each other.
func chance(seed uint64, part string) *rand.Rand {
	mix := uint64(14695981039346656037) // FNV-1a
	for _, b := range []byte(part) {
		mix = (mix ^ uint64(b)) * 1099511628211
	}
	return rand.New(rand.NewPCG(seed, mix))
}

package config

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"edged/sensors/sim"
)

const goodStory = `
length: 90s
daylight: 0.2
happens:
  - { what: lamp }
  - { what: dog, for: 40s, does: [{ at: 10s, to: sofa, pose: sitting }] }
  - { what: knock, at: 4s }
  - what: person
    at: 8s
    for: 60s
    does:
      - { at: 16s, to: table }
      - { at: 30s, to: middle }
      - { at: 32s, pose: fallen }
      - { at: 50s, pose: standing }
  - { what: kettle, at: 10s }
  - { what: television, at: 20s, for: 30s, shows: fire }
  - { what: fire, at: 60s, where: stove, for: 20s }
  - { what: washer, at: 70s }
`

// TestStory reads a story and looks at what is the case in its room.
func TestStory(t *testing.T) {
	parsed, err := ParseStory("story.yaml", []byte(goodStory))
	if err != nil {
		t.Fatal(err)
	}
	s := parsed.Tell(3)
	if s.Length != 90*time.Second || s.Daylight != 0.2 || s.Seed != 3 {
		t.Errorf("got %v of seed %d in daylight %v", s.Length, s.Seed, s.Daylight)
	}
	for _, c := range []struct {
		at   time.Duration
		want sim.Set
	}{
		{2 * time.Second, sim.Of(sim.PetPresent)},
		{6 * time.Second, sim.Of(sim.PetPresent, sim.Knock)},
		{44 * time.Second, sim.Of(sim.PersonPresent, sim.PersonFallen, sim.KettleBoils, sim.Television)},
		{62 * time.Second, sim.Of(sim.PersonPresent, sim.Fire)},
		{75 * time.Second, sim.Of(sim.Empty, sim.Fire, sim.WasherRuns)},
		{89 * time.Second, sim.Of(sim.Empty, sim.WasherRuns)},
	} {
		if got := s.Truth(c.at).Situations; got != c.want {
			t.Errorf("at %v: got %v, want %v", c.at, got.All(), c.want.All())
		}
	}
	if c := s.At(25 * time.Second); !c.Lamp || c.Show != sim.ShowFire || c.People[0].Place != sim.AtTable || c.People[0].Pose != sim.Sitting || !c.Pets[0].Dog() {
		t.Errorf("got %+v", c)
	}
}

// TestStoriesTakeEveryWord tells all that may happen.
func TestStoriesTakeEveryWord(t *testing.T) {
	for word, h := range happenings {
		s, err := ParseStory("story.yaml", []byte("length: 30s\nhappens: [{ what: "+word+", at: 3s }]\n"))
		if err != nil {
			t.Errorf("%s: %v", word, err)
			continue
		}
		acts := s.Tell(1).Acts
		if i := slices.IndexFunc(acts, func(a sim.Act) bool { return a.Kind == h.kind }); i < 0 || acts[i].Start != 3*time.Second || acts[i].End <= acts[i].Start || acts[i].Turn < acts[i].Start && h.kind != sim.ActPerson && h.kind != sim.ActPet {
			t.Errorf("%s: got %+v", word, acts)
		}
	}
}

func TestBadStories(t *testing.T) {
	for _, c := range []struct{ name, yaml, want, hint string }{
		{"nothing", "", "story.yaml: happens: 0 things happen; want 1 to 300", "write happens: [{ what: knock, at: 4s }]"},
		{"an unknown word", "happens:\n  - { what: kettel, at: 4s }\n", `2:13: happens[0].what: unknown word "kettel"`, "did you mean kettle? Known here: alarm, cat,"},
		{"an unknown key", "happens:\n  - { what: knock, when: 4s }\n", `2:20: happens[0]: unknown key "when"`, "known here: what, at, for, where, shows, does"},
		{"no time", "happens:\n  - { what: knock, at: soon }\n", `2:24: happens[0].at: "soon" is not a duration; write a number with a unit: 500ms, 2s, 1m`, ""},
		{"after the end", "length: 20s\nhappens:\n  - { what: knock, at: 20s }\n", "3:24: happens[0].at: 20s is not within the story of 20s", "times count from the story's beginning"},
		{"too short", "length: 2s\nhappens: [{ what: knock }]\n", "1:9: length: 2s is below 10s", ""},
		{"too bright", "daylight: 2\nhappens: [{ what: knock }]\n", "1:11: daylight: 2 is not between 0 and 1", ""},
		{"another's key", "happens:\n  - { what: knock, where: sofa, shows: fire, does: [{ at: 1s }] }\n", "2:27: happens[0].where: does not belong to a knock, but to fire and glass\n" +
			"2:40: happens[0].shows: does not belong to a knock, but to a television\n2:46: happens[0].does: a knock does nothing; a person, a cat or a dog does", ""},
		{"an unknown place", "happens:\n  - { what: fire, where: moon }\n", `2:26: happens[0].where: unknown word "moon"`, "known here: sofa, stove, television"},
		{"a short visit", "happens:\n  - { what: person, at: 3s, for: 5s }\n", "2:34: happens[0].for: 5s is below 8s", ""},
		{"deeds in disorder", "happens:\n  - { what: person, at: 3s, for: 20s, does: [{ at: 9s, to: sofa }, { at: 8s }, { at: 21s }] }\n",
			"2:74: happens[0].does[1].at: 8s is not between 9s and 21s\n2:86: happens[0].does[2].at: 21s is not between 9s and 21s", "deeds stand in the order of their times"},
		{"a cat that falls", "happens:\n  - { what: cat, does: [{ at: 9s, pose: fallen }] }\n", "2:41: happens[0].does[0].pose: a cat is not fallen", "standing or sitting"},
		{"two at a time", "happens:\n  - { what: washer, for: 40s }\n  - { what: washer_unbalanced, at: 30s }\n",
			"3:5: happens[1]: washer_unbalanced and happens[0], washer, are at the same time", "end one with for:, or begin the other later"},
		{"half a list", "happens:\n  -\n  - { what: person, does: [null] }\n", "2:4: happens[0]: it does not say what", "say what: knock, say"},
	} {
		_, err := ParseStory("story.yaml", []byte(c.yaml))
		var all Errors
		if !errors.As(err, &all) {
			t.Errorf("%s: got %v", c.name, err)
			continue
		}
		want := "story.yaml:" + strings.ReplaceAll(c.want, "\n", "\nstory.yaml:")
		if c.name == "nothing" {
			want = c.want
		}
		if all.Error() != want || !strings.HasPrefix(all[0].Hint, c.hint) {
			t.Errorf("%s: got\n%v\n(%s), want\n%s\n(%s)", c.name, all, all[0].Hint, want, c.hint)
		}
	}
}

// TestStoryOfTheReadme reads the example there.
func TestStoryOfTheReadme(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(readme), "sim: { story: FILE }` or")
	_, after, fenced := strings.Cut(after, "```yaml\n")
	example, _, ends := strings.Cut(after, "```")
	if !found || !fenced || !ends {
		t.Fatal("the README has no story")
	}
	if _, err := ParseStory("README.md", []byte(example)); err != nil {
		t.Error(err)
	}
}

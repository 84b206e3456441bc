package train

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"testing"
	"time"

	"edged/models"
	"edged/pipelines"
	"edged/pipelines/decode"
	"edged/sensors/sim"
)

var update = flag.Bool("update", false, "write clauses.json anew")

// clausesFile is what caption.py puts into the card.
const clausesFile = "clauses.json"

// TestClausesAreTheRooms keeps clauses.json, and the clauses of the built-in caption model's card, true to the room.
func TestClausesAreTheRooms(t *testing.T) {
	var want bytes.Buffer
	e := json.NewEncoder(&want)
	e.SetIndent("", "  ")
	if err := e.Encode(sim.Clauses()); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(clausesFile, want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(clausesFile); err != nil || !bytes.Equal(got, want.Bytes()) {
		t.Errorf("%s is not the room's, %v: go test ./models/train -run Clauses -update", clausesFile, err)
	}
	_, card := bundled(t, "room-caption")
	if got := card.Answer.Clauses; got != nil && !reflect.DeepEqual(got, roomClauses(t)) {
		t.Errorf("room-caption.yaml: answer.clauses are not those of %s: %+v", clausesFile, got)
	}
}

// roomClauses are the room's as a card has them.
func roomClauses(t *testing.T) (all []models.Clause) {
	t.Helper()
	text, err := json.Marshal(sim.Clauses())
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestClausesAgreeWithTheRoom has what is true of many moments checked against what is true of them, and what was true of
// another moment: what is said in its place then agrees.
func TestClausesAgreeWithTheRoom(t *testing.T) {
	var all []decode.Clause
	for _, c := range roomClauses(t) {
		all = append(all, decode.Clause(c))
	}
	c, err := decode.NewClauses(all, sim.Situations())
	if err != nil {
		t.Fatal(err)
	}
	replaced, before := 0, "nobody is there."
	for seed := range uint64(60) {
		s := sim.NewStory(sim.Options{Seed: seed})
		for at := time.Duration(0); at < s.Length; at += time.Second {
			truth := s.Truth(at)
			var is []pipelines.Label
			for _, name := range truth.Situations.All() {
				is = append(is, pipelines.Label{Name: name.String(), Score: 1})
			}
			said := truth.Facts.Caption()
			if got, right := c.Check(said, is); !right || got != said {
				t.Fatalf("seed %d at %v: %q with %v is not right, but %q", seed, at, said, is, got)
			}
			if before != said {
				got, right := c.Check(before, is)
				if again, ok := c.Check(got, is); !ok || again != got {
					t.Fatalf("seed %d at %v: %q in place of %q with %v is not right either", seed, at, got, before, is)
				}
				if !right {
					replaced++
				}
			}
			before = said
		}
	}
	if replaced < 500 {
		t.Errorf("got %d captions replaced; the stories are dull", replaced)
	}
}

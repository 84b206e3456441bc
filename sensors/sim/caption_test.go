package sim

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestCaption(t *testing.T) {
	tests := []struct {
		facts Facts
		want  string
	}{
		{Facts{}, "nobody is there."},
		{Facts{People: 1, Where: AtSofa, Cat: true}, "a person sits on the sofa, a cat is there."},
		{Facts{People: 2, Fallen: true, Going: Of(KettleBoils, Fire), Ringing: true},
			"two people are there, a person has fallen, a fire burns, the kettle boils, the smoke alarm rings."},
		{Facts{People: 3, Going: Of(Television), FireShown: true}, "several people are there, the television shows a fire."},
	}
	for _, tt := range tests {
		if got := tt.facts.Caption(); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

// TestCaptionsAreParsed reads back what is said of many moments, with words of the vocabulary alone.
func TestCaptionsAreParsed(t *testing.T) {
	words := Vocabulary()
	for seed := range uint64(100) {
		s := NewStory(Options{Seed: seed})
		for at := time.Duration(0); at < s.Length; at += time.Second {
			want := s.Truth(at).Facts
			said := want.Caption()
			got, err := ParseCaption(said)
			if err != nil || got != want {
				t.Fatalf("seed %d at %v: %q: got %+v, %v, want %+v", seed, at, said, got, err, want)
			}
			for _, token := range Tokens(said) {
				if !slices.Contains(words, token) {
					t.Fatalf("%q: %q is not in the vocabulary", said, token)
				}
			}
		}
	}
	if len(words) > 60 {
		t.Errorf("got %d words, want no more than 60", len(words))
	}
}

func TestCaptionErrors(t *testing.T) {
	f, err := ParseCaption("a person is there, a person a fire, the kettle boils.")
	if err == nil || !strings.Contains(err.Error(), `"a person a fire"`) {
		t.Errorf("got %v, want the clause that is none", err)
	}
	if f.People != 1 || !f.Going.Has(KettleBoils) {
		t.Errorf("got %+v, want the facts of the other clauses", f)
	}
}

func TestFactsList(t *testing.T) {
	f := Facts{People: 1, Where: AtDoor, Dog: true, Going: Of(DoorOpens)}
	if got := strings.Join(f.List(), "; "); got != "at door; dog; door; people=1" {
		t.Errorf("got %s", got)
	}
}

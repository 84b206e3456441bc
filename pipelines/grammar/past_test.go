package grammar

import "testing"

func TestPast(t *testing.T) {
	for _, c := range []struct {
		label  string
		sense  Sense
		en, de string
	}{
		{"fire", Found, "a fire burned", "es brannte"},
		{"person", Found, "a person was there", "eine Person war da"},
		{"person", Seen, "a person was in view", "eine Person war zu sehen"},
		{"skis", Seen, "a pair of skis was in view", "ein Paar Ski war zu sehen"},
		{"Walk, footsteps", Heard, "footsteps could be heard", "Schritte waren zu hören"},
		{"glass", Heard, "clinking glass could be heard", "klirrendes Glas war zu hören"}, // AudioSet has a Glass, too
		{"kettle", Heard, "the kettle boiled", "der Wasserkocher kochte"},
		{"Fire", Heard, "a crackling fire could be heard", ""},
		{"flux_compensator", Found, "detected: flux compensator", "erkannt: „flux compensator“"},
		{"flux_compensator", Seen, "a flux compensator was in view", "„flux compensator“ war zu sehen"},
		{"gate", Found, "detected: the gate is open", "erkannt: „gate“"},
	} {
		for code, want := range map[string]string{"en": c.en, "de": c.de} {
			if want == "" {
				continue
			}
			p, err := NewPast(code, map[string]map[string][]string{"en": {"gate": {"the gate is open."}}}[code])
			if err != nil {
				t.Fatal(err)
			}
			if got := p.Was(c.label, c.sense); got != want {
				t.Errorf("%s, %q by sense %d: got %q, want %q", code, c.label, c.sense, got, want)
			}
		}
	}
	if _, err := NewPast("fr", nil); err == nil {
		t.Error("there is French")
	}
}

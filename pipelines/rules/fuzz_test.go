package rules

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"edged/pipelines"
)

// FuzzCompile reads any text as a condition. What is refused is refused with a place in it and in words; what is accepted is
// bounded, can be looked at whatever has come, and has evidence that can be written down.
func FuzzCompile(f *testing.F) {
	for _, c := range wrongs {
		f.Add(strings.Replace(c.when, "‸", "", 1))
	}
	for _, s := range []string{
		`label("fire") > 0.8 && slope("air.temperature", "30s") > "3 °C/min"`,
		`missing("cam") || since("doorbell") < "1m30s" && !(count("person") + 1 == 2)`,
		`18 <= reading("air.temperature") - reading("out.temperature") <= "25 °F"`,
		`mean(label("dog", "mic"), "1 min") * 2 / max(count("person"), "30s") > min("tape.x", "1h")`,
		`reading("tape.x") / reading("tape.y") > 1 or reading("tape.x") > "1 K"`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, when string) {
		v := house()
		r, err := Compile(when, v)
		if err != nil {
			wellRefused(t, when, err)
			return
		}
		if n := steps(r); n > 2*maxNodes || len(r.probes) > maxNodes || len(r.Speaks()) > len(v.Sensors) {
			t.Errorf("%d steps, %d probes, %d sensors", n, len(r.probes), len(r.Speaks()))
		}
		m := NewMemory(v, 0)
		b := m.Bind(r)
		var got pipelines.Verdict
		look := func(now float64) {
			b.Look(at(now), 0.1, &got)
			if text, err := json.Marshal(got); err != nil || got.Truth < pipelines.False || got.Truth > pipelines.True {
				t.Errorf("%v: %s %v", got.Truth, text, err)
			}
			for _, c := range got.Clauses {
				if (c.Truth == pipelines.Unknown) != (c.Lacks != "") {
					t.Errorf("%s is %v and lacks %q", c.Text, c.Truth, c.Lacks)
				}
			}
		}
		look(0)
		for s := range 40 {
			tell(m, float64(s))
			look(float64(s))
		}
		look(1000)
	})
}

// steps counts what a look does beside asking: the branches and the terms of a rule, which may have a conversion each.
func steps(r *Rule) int {
	var branches func(b *branch) int
	branches = func(b *branch) int {
		if b == nil {
			return 0
		}
		return 1 + branches(b.a) + branches(b.b)
	}
	var terms func(t *term) int
	terms = func(t *term) int {
		if t == nil {
			return 0
		}
		return 1 + terms(t.a) + terms(t.b)
	}
	n := branches(r.root)
	for _, cl := range r.clauses {
		n += terms(cl.left) + terms(cl.right)
	}
	return n
}

// tell tells a memory a bit of everything.
func tell(m *Memory, now float64) {
	for _, some := range []told{
		fused(now, float32(int(now)%3)/2, 1), seen(now, 0, "person", "dog"), warm(now, 20+now/10), read(now, "out", now, "temperature", "°F"),
		read(now, "tape", now-20, "x", "°C"), read(now, "tape", 0, "y", ""), read(now, "air", 1e308, "humidity", "%"), fares("cam", pipelines.OK, 0),
		result(now, "mic", "yamnet", pipelines.Event{Kind: pipelines.KindLabels, Scores: []float32{0, 0.5, 1, 0}}),
	} {
		some(m)
	}
}

func wellRefused(t *testing.T, when string, err error) {
	var e *Error
	switch {
	case !errors.As(err, &e):
		t.Errorf("%q: %v is no *Error", when, err)
	case e.Offset < 0 || e.Offset > len(when):
		t.Errorf("%q: %v at %d of %d", when, err, e.Offset, len(when))
	case e.What == "" || strings.ContainsRune(e.What+e.Hint, '\n') || len(e.What)+len(e.Hint) > 5000 || !utf8.ValidString(e.What+e.Hint):
		t.Errorf("%q: %q, hint %q", when, e.What, e.Hint)
	}
}

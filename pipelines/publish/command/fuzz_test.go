package command

import (
	"encoding/json"
	"slices"
	"testing"
	"time"
	"unicode/utf8"
)

// FuzzAnswer asks anything of anybody. Whatever is asked, the answer is one JSON object of bounded size with data or an
// error, and what is carried out is within its bounds.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		``, `{}`, `{"transaction":"7"}`, `{"name":"cam"}`, `{"sensor":"cam"}`, `{"pipeline":"room","label":"fire","value":0.7}`,
		`{"pipeline":"room","alert":"fire","for":"30m"}`, `{"value":-0.0}`, `{"value":1e400}`, `{"a":{"b":[[[[]]]]}}`, "{\"\\ud800\":1}", "\xff", `{"transaction":"\u0000"}`,
	} {
		for _, v := range Verbs() {
			f.Add(string(v), []byte(seed))
		}
	}
	f.Fuzz(func(t *testing.T, verb string, payload []byte) {
		var h house
		do := h.daemon()
		do.Snapshot = nil // waits
		do.Mute = func(r Silence, d time.Duration) (Muted, error) {
			if d < 0 || r.Alert == "" || r.Pipeline == "" {
				t.Errorf("carried out: %+v for %v", r, d)
			}
			return Muted{}, nil
		}
		d := New(Options{Allow: Verbs(), Daemon: do})
		got, then := d.Answer(t.Context(), Request{Verb: verb, Payload: payload})
		var a struct {
			Status      string
			Data        json.RawMessage
			Error       string
			Transaction string
		}
		if err := json.Unmarshal(got, &a); err != nil || !utf8.Valid(got) {
			t.Fatalf("got %q: %v", got, err)
		}
		if ok := a.Status == "ok"; ok == (a.Error != "") || ok != (a.Data != nil) || !ok && a.Status != "error" {
			t.Errorf("got %s", got)
		}
		if len(got) > 4<<10 {
			t.Errorf("got an answer of %d bytes", len(got))
		}
		if a.Status == "ok" && !slices.Contains(Verbs(), Verb(verb)) || then != nil && verb != "reload" {
			t.Errorf("verb %q: got %s", verb, got)
		}
		if !(h.value >= 0 && h.value <= 1) {
			t.Errorf("got a threshold of %v", h.value)
		}
	})
}

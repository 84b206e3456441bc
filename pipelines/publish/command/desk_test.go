package command

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// house is a Daemon that notes what it is told.
type house struct {
	told  []string
	value float64 // of the last threshold
}

func (h *house) daemon() Daemon {
	return Daemon{
		Ping: func() Pong { return Pong{Version: "1", Boot: "b1"} },
		List: func() Listing { return Listing{Sensors: []SensorState{{Name: "cam"}}, Pipelines: []PipelineState{}} },
		Describe: func(r Name) (Thing, error) {
			if r.Name != "cam" {
				return Thing{}, Wrong("name", "nothing is named %q", Short(r.Name))
			}
			return Thing{Sensor: &SensorThing{SensorState: SensorState{Name: "cam"}}}, nil
		},
		Snapshot: func(ctx context.Context, r Picture) (Taken, error) {
			<-ctx.Done()
			return Taken{}, fmt.Errorf("no picture in time")
		},
		Threshold: func(r Level) (Changed, error) {
			h.told, h.value = append(h.told, "threshold "+r.Label), r.Value
			return Changed{Pipeline: r.Pipeline, Labels: []LabelState{{r.Label, "m", float32(r.Value)}}}, nil
		},
		Mute: func(r Silence, d time.Duration) (Muted, error) {
			h.told = append(h.told, fmt.Sprint("mute ", r.Alert, " ", d))
			return Muted{Pipeline: r.Pipeline, Alert: r.Alert}, nil
		},
		Reload: func() (Fresh, func(), error) {
			return Fresh{Device: "porch"}, func() { h.told = append(h.told, "reload") }, nil
		},
	}
}

func TestAnswers(t *testing.T) {
	var h house
	d := New(Options{Allow: Verbs(), Daemon: h.daemon()})
	for _, tt := range []struct{ name, verb, request, want string }{
		{"nothing at all is a request", "ping", ``, `{"status":"ok","data":{"time":"0001-01-01T00:00:00.000Z","version":"1","boot":"b1","uptime_s":0}}`},
		{"space is nothing", "ping", " \n", `{"status":"ok","data":{"time"`},
		{"the transaction comes back", "ping", `{"transaction":"<7>"}`, `"uptime_s":0},"transaction":"<7>"}`},
		{"also when the request is wrong", "ping", `{"transaction":"7","x":1}`, `{"status":"error","error":"x: no such field; there are transaction","transaction":"7"}`},
		{"and when it is no JSON after it", "ping", `{"transaction":"7",]`, `"transaction":"7"}`},
		{"it may be empty", "ping", `{"transaction":""}`, `{"status":"ok"`},
		{"it is text", "ping", `{"transaction":7}`, `{"status":"error","error":"transaction: want text, got 7"}`},
		{"and short", "ping", `{"transaction":"` + strings.Repeat("x", 129) + `"}`, `{"status":"error","error":"transaction: 129 bytes, want at most 128"}`},
		{"the list says what is allowed", "list", `{}`, `"commands":["ping","list","describe","snapshot","threshold","mute","reload"]}}`},
		{"a thing is described", "describe", `{"name":"cam"}`, `{"status":"ok","data":{"sensor":{"name":"cam"`},
		{"or is not there", "describe", `{"name":"dog"}`, `{"status":"error","error":"name: nothing is named \"dog\""}`},
		{"a threshold is set", "threshold", `{"pipeline":"room","label":"fire","value":0.7}`, `{"status":"ok","data":{"pipeline":"room","labels":[{"name":"fire","model":"m","threshold":0.7}]}}`},
		{"a threshold is a part of 1", "threshold", `{"pipeline":"room","value":7}`, `"error":"value: 7 is not within 0 to 1"`},
		{"a threshold is no huge number", "threshold", `{"pipeline":"room","value":1e999}`, `"error":"value: want a number, got 1e999"`},
		{"a threshold needs a value", "threshold", `{"pipeline":"room","label":"fire"}`, `"error":"value: is missing"`},
		{"null is no value", "threshold", `{"pipeline":"room","value":null}`, `"error":"value: want a number, got null"`},
		{"text is no number", "threshold", `{"pipeline":"room","value":"0.5"}`, `"error":"value: want a number, got \"0.5\""`},
		{"an object is no text", "threshold", `{"pipeline":{"a":[1]},"value":0.5}`, `"error":"pipeline: want text, got {\"a\":[1]}"`},
		{"no label is not an empty label", "threshold", `{"pipeline":"room","label":"","value":0.5}`, `"error":"label: is empty"`},
		{"names are exact", "threshold", `{"Pipeline":"room","value":0.5}`, `"error":"Pipeline: no such field; there are transaction, pipeline, label, value"`},
		{"a field stands once", "threshold", `{"pipeline":"a","pipeline":"b","value":0}`, `"error":"pipeline: stands twice"`},
		{"an alert is muted for a time", "mute", `{"pipeline":"room","alert":"fire","for":"30m"}`, `{"status":"ok","data":{"pipeline":"room","alert":"fire"}}`},
		{"a time has a unit", "mute", `{"pipeline":"room","alert":"fire","for":"30"}`, `"error":"for: \"30\" is not a duration; write 30m, 2h"`},
		{"a time goes on", "mute", `{"pipeline":"room","alert":"fire","for":"-1s"}`, `"error":"for: -1s is not above 0"`},
		{"a list is no request", "ping", `[]`, `"error":"request: want a JSON object, such as {}"`},
		{"a word is no request", "ping", `ping`, `"error":"request: want a JSON object, such as {}"`},
		{"half an object", "ping", `{"transaction":`, `"error":"request: the JSON ends too early"`},
		{"an object without its end", "ping", `{"transaction":"1"`, `"error":"request: the JSON ends too early","transaction":"1"`},
		{"a comma too much", "ping", `{"transaction":"1",}`, `"error":"request: not JSON: `},
		{"too many fields", "ping", `{"transaction":"1"` + many(16) + `}`, `"error":"request: more than 16 fields","transaction":"1"`},
		{"two objects", "ping", `{}{}`, `"error":"request: something follows the JSON object"`},
		{"rubbish behind", "ping", `{} x`, `"error":"request: something follows the JSON object"`},
		{"no text at all", "ping", "{\"\xff\":1}", `"error":"request: not UTF-8"`},
		{"too much", "ping", strings.Repeat(" ", 65537), `"error":"request: 65537 bytes, want at most 65536"`},
		{"too long a word", "describe", `{"name":"` + strings.Repeat("x", 1025) + `"}`, `"error":"name: 1025 bytes, want at most 1024"`},
		{"errors do not repeat all", "ping", `{"` + strings.Repeat("x", 1000) + `":1}`, strings.Repeat("x", 60) + `…: no such field`},
		{"an unknown verb", "format", `{}`, `"error":"no such command; there are ping, list, describe, snapshot, threshold, mute, reload"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := d.Answer(t.Context(), Request{Verb: tt.verb, Payload: []byte(tt.request)})
			if !strings.Contains(string(got), tt.want) || !json.Valid(got) {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
	if got, want := strings.Join(h.told, ", "), "threshold fire, mute fire 30m0s"; got != want {
		t.Errorf("carried out: got %s, want %s", got, want)
	}
}

// many returns n fields behind another.
func many(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"x%d":0`, i)
	}
	return b.String()
}

func TestOnlyWhatIsAllowed(t *testing.T) {
	var h house
	d := New(Options{Allow: []Verb{Ping, Mute}, Daemon: h.daemon()})
	d.o.Daemon.Mute = nil
	for request, want := range map[string]string{
		"ping":   `{"status":"ok"`,
		"reload": `{"status":"error","error":"not allowed; mqtt.commands has ping, mute"}`,
		"mute":   `{"status":"error","error":"pipeline: is missing"}`,
	} {
		if got, then := d.Answer(t.Context(), Request{Verb: request}); !strings.HasPrefix(string(got), want) || then != nil {
			t.Errorf("%s: got %s, want %s", request, got, want)
		}
	}
	got, _ := d.Answer(t.Context(), Request{Verb: "mute", Payload: []byte(`{"pipeline":"room","alert":"fire"}`)})
	if want := `{"status":"error","error":"this daemon cannot do that"}`; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// shelf keeps answers and lines of the log.
type shelf struct {
	mu  sync.Mutex
	got []string
}

func (s *shelf) put(verb string, payload []byte) error { return s.note(verb + " " + string(payload)) }

func (s *shelf) note(line string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, line)
	return nil
}

func (s *shelf) Write(line []byte) (int, error) { return len(line), s.note(string(line)) }

func TestDeskAnswersInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h house
		var answers, log shelf
		d := New(Options{Allow: Verbs(), Daemon: h.daemon(), Answer: answers.put, Log: slog.New(slog.NewTextHandler(&log, nil))})
		ctx, stop := context.WithCancel(t.Context())
		var run sync.WaitGroup
		run.Go(func() {
			if err := d.Run(ctx); err != nil {
				t.Error(err)
			}
		})
		begin := time.Now()
		d.Take(Request{Verb: "snapshot", Payload: []byte(`{"sensor":"cam"}`)})
		synctest.Wait() // is at work
		for i := range 20 {
			d.Take(Request{Verb: "ping", Payload: fmt.Appendf(nil, `{"transaction":"%d"}`, i)})
		}
		d.Take(Request{Verb: "ping", Retained: true})
		d.Take(Request{Verb: "../ping"})
		time.Sleep(patience + mostWaiting*pace + time.Millisecond) // fake time: the picture does not come, the pings have their turns
		synctest.Wait()
		if n := len(answers.got); n != 1+mostWaiting {
			t.Fatalf("got %d answers, want %d", n, 1+mostWaiting)
		}
		if want := `snapshot {"status":"error","error":"no picture in time"}`; answers.got[0] != want {
			t.Errorf("got %s, want %s", answers.got[0], want)
		}
		for i, got := range answers.got[1:] {
			if want := fmt.Sprintf(`"transaction":"%d"}`, i); !strings.HasSuffix(got, want) {
				t.Errorf("answer %d: got %s, want %s", i, got, want)
			}
		}
		if d.Dropped() != 6 { // 4 for which there was no room, 1 retained, 1 that is no verb
			t.Errorf("got %d dropped, want 6", d.Dropped())
		}
		d.Take(Request{Verb: "reload"})
		synctest.Wait()
		if got := strings.Join(h.told, ", "); got != "reload" {
			t.Errorf("got %q, want that the daemon reloads once the answer is on its way", got)
		}
		if last := answers.got[len(answers.got)-1]; !strings.HasPrefix(last, `reload {"status":"ok","data":{"device":"porch"`) {
			t.Errorf("got %s", last)
		}
		stop()
		run.Wait()
		if d := time.Since(begin); d > 10*time.Second {
			t.Errorf("it took %v", d)
		}
		said := strings.Join(log.got, "")
		for _, want := range []string{
			"INFO msg=\"request snapshot refused: no picture in time\"", "INFO msg=\"request reload carried out\"",
			`WARN msg="request \"ping\" dropped, 1 so far: 16 are waiting"`, `dropped, 4 so far`,
		} {
			if !strings.Contains(said, want) {
				t.Errorf("the log lacks %s:\n%s", want, said)
			}
		}
		if strings.Contains(said, "request ping carried out") || strings.Contains(said, "3 so far") {
			t.Errorf("the log has too much:\n%s", said)
		}
	})
}

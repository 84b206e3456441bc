package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"edged/cmd/edged/internal/config"
	"edged/pipelines/publish/broker"
	"edged/pipelines/publish/command"
	"edged/pipelines/publish/mqtt"
	"edged/runtime/tflite"
)

const commandsConfig = `
device: { id: porch }
mqtt: { broker: "BROKER", commands: [ping, list, describe, snapshot, threshold, mute, reload] }
sensors:
  cam: { camera: "file:left.png", rate: 20, repeat: true }
  spare: { camera: "file:left.png", rate: 20, repeat: true }
  tone: { microphone: "file:tone.wav", repeat: true }
pipelines:
  room: { every: 50ms, encoders: [{ sensor: cam, model: sides.tflite }] }
`

// asker asks a daemon over a broker, and sees all that is published there.
type asker struct {
	t      *testing.T
	client *mqtt.Client

	mu   sync.Mutex
	cond sync.Cond
	seen []message
	all  []message // that have been seen
	n    int       // questions
}

func newAsker(t *testing.T) (a *asker, url string) {
	t.Helper()
	a = &asker{t: t}
	a.cond.L = &a.mu
	b, err := broker.Serve(broker.Options{Tap: a.see})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	if a.client, err = mqtt.New(mqtt.Options{URL: b.URL(), ClientID: "asker"}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.client.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.client.Close(context.Background()) })
	return a, b.URL()
}

func (a *asker) see(topic string, payload []byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	m := message{strings.TrimPrefix(topic, "edged/porch/"), string(payload)}
	a.seen, a.all = append(a.seen, m), append(a.all, m)
	a.cond.Broadcast()
}

// until waits for a message after all that have been asked for before, and returns it. It gives up with the test.
func (a *asker) until(what string, is func(message) bool) message {
	a.t.Helper()
	limit := time.AfterFunc(patience, func() { a.see("too late", nil) })
	defer limit.Stop()
	a.mu.Lock()
	defer a.mu.Unlock()
	for {
		for len(a.seen) > 0 {
			m := a.seen[0]
			a.seen = a.seen[1:]
			switch {
			case is(m):
				return m
			case m.topic == "too late":
				a.t.Fatalf("after %v: not yet: %s", patience, what)
			}
		}
		a.cond.Wait()
	}
}

// ask sends a request, retained or not, and returns its transaction.
func (a *asker) ask(verb, request string, retain bool) string {
	a.t.Helper()
	a.n++
	id := fmt.Sprintf(`"transaction":"t%d"`, a.n)
	request = strings.Replace(request, "{", "{"+id+",", 1)
	m := mqtt.Message{Topic: "edged/porch/request/" + verb, Payload: []byte(strings.Replace(request, ",}", "}", 1)), Retain: retain}
	if err := a.client.Publish(a.t.Context(), m); err != nil {
		a.t.Fatal(err)
	}
	return id + "}"
}

// expect asks, and expects that the answer begins with want.
func (a *asker) expect(verb, request, want string) string {
	a.t.Helper()
	id := a.ask(verb, request, false)
	got := a.until(verb+" "+request, func(m message) bool {
		return m.topic == "response/"+verb && strings.HasSuffix(m.payload, id)
	})
	if !strings.HasPrefix(got.payload, want) {
		a.t.Errorf("%s %s: got %s, want %s", verb, request, got.payload, want)
	}
	return got.payload
}

// boot asks which run it is.
func (a *asker) boot() string {
	a.t.Helper()
	var pong struct{ Data struct{ Boot string } }
	if err := json.Unmarshal([]byte(a.expect("ping", `{}`, `{"status":"ok"`)), &pong); err != nil {
		a.t.Fatal(err)
	}
	return pong.Data.Boot
}

// labelled waits for an event whose labels are these.
func (a *asker) labelled(labels string) {
	a.t.Helper()
	a.until("labels "+labels, func(m message) bool {
		return strings.HasSuffix(m.topic, "/labels") && strings.Contains(m.payload, `"labels":[`+labels)
	})
}

func TestCommands(t *testing.T) {
	a, url := newAsker(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "edged.yaml")
	rewrite := func(pairs ...string) {
		write(t, path, strings.NewReplacer(pairs...).Replace(strings.ReplaceAll(commandsConfig, "BROKER", url)))
	}
	rewrite()
	write(t, filepath.Join(dir, "left.png"), string(picture(255, 0)))
	write(t, filepath.Join(dir, "sides.yaml"), "task: labels\ninput: { kind: image }\nlabels: [left, right]\n")
	writeWAV(t, filepath.Join(dir, "tone.wav"), recordedHz, 1, make([]int16, recordedHz))
	model, err := tflite.Write(sides(""))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "sides.tflite"), model, 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	a.ask("threshold", `{"pipeline":"room","value":1}`, true) // retained: nobody shall hear of it
	ctx, stop := context.WithCancel(t.Context())
	var log strings.Builder
	r := runs{
		s:    surroundings{log: slog.New(slog.NewTextHandler(&log, nil)), env: func(string) string { return "" }},
		path: path, begin: func(*daemon) {}, end: func(*daemon) error { return nil },
	}
	var running sync.WaitGroup
	running.Go(func() {
		if err := r.run(ctx, c); err != nil {
			t.Error(err)
		}
	})
	online := func() {
		t.Helper()
		a.until("online", func(m message) bool { return m == message{"availability", "online"} })
	}
	online()
	a.labelled(`{"name":"left"`)

	first := a.boot()
	list := a.expect("list", `{}`, `{"status":"ok","data":{"sensors":[{"name":"cam","kind":"camera","state":"ok"},{"name":"spare","kind":"camera","state":"`)
	for _, want := range []string{
		`{"name":"tone","kind":"microphone","state":"`,
		`"pipelines":[{"name":"room","labels":[{"name":"left","model":"sides","threshold":0.5},{"name":"right","model":"sides","threshold":0.5}],"alerts":[]}]`,
		`"commands":["ping","list","describe","snapshot","threshold","mute","reload"]`,
	} {
		if !strings.Contains(list, want) {
			t.Errorf("list: got %s, want %s", list, want)
		}
	}
	a.expect("describe", `{"name":"cam"}`, `{"status":"ok","data":{"sensor":{"name":"cam","kind":"camera","state":"ok","samples":`)
	a.expect("describe", `{"name":"room"}`, `{"status":"ok","data":{"pipeline":{"name":"room","labels":[{"name":"left"`)
	a.expect("describe", `{"name":"sides"}`, `{"status":"ok","data":{"model":{"name":"sides","sha256":"`)
	a.expect("describe", `{"name":"hall"}`, `{"status":"error","error":"name: nothing is named \"hall\"; list says what there is"`)

	a.expect("threshold", `{"pipeline":"room","label":"left","value":1}`, `{"status":"ok","data":{"pipeline":"room","labels":[{"name":"left","model":"sides","threshold":1}]}`)
	a.labelled(`]`)
	a.expect("threshold", `{"pipeline":"room","value":0}`, `{"status":"ok","data":{"pipeline":"room","labels":[{"name":"left","model":"sides","threshold":0},{"name":"right"`)
	a.until("both labels", func(m message) bool {
		return m.topic == "room/labels" && strings.Contains(m.payload, `{"name":"right","score":0`)
	})
	a.expect("threshold", `{"pipeline":"room","label":"up","value":0}`, `{"status":"error","error":"label: room has no label \"up\"; list says which there are"`)
	a.expect("threshold", `{"pipeline":"hall","value":0}`, `{"status":"error","error":"pipeline: no pipeline is named \"hall\"; there are room"`)
	a.expect("mute", `{"pipeline":"room","alert":"fire"}`, `{"status":"error","error":"alert: room has no alerts"`)

	id := a.ask("snapshot", `{"sensor":"spare"}`, false) // which no pipeline reads
	a.until("a picture", func(m message) bool { return m.topic == "spare/snapshot" && strings.HasPrefix(m.payload, "\xff\xd8") })
	a.until("an answer", func(m message) bool {
		return m.topic == "response/snapshot" && strings.Contains(m.payload, `"topic":"edged/porch/spare/snapshot"`) &&
			strings.Contains(m.payload, `"width":2,"height":2`) && strings.HasSuffix(m.payload, id)
	})
	a.expect("snapshot", `{"sensor":"tone"}`, `{"status":"error","error":"sensor: tone gives no pictures: microphone"`)

	rewrite("room:", "hall: { encoders: [] }\n  room:")
	a.expect("reload", `{}`, `{"status":"error","error":"the config is as it was: `+path+`:9:3: pipelines.hall: no encoders`)
	rewrite("sides.tflite", "none.tflite")
	a.expect("reload", `{}`, `{"status":"error","error":"the config is as it was: `+path+`:9:57: pipelines.room.encoders[0].model: open `)
	if again := a.boot(); again != first {
		t.Errorf("got run %s, want %s: a bad config changes nothing", again, first)
	}
	rewrite("room:", "hall:")
	a.expect("reload", `{}`, `{"status":"ok","data":{"device":"porch","sensors":["cam","spare","tone"],"pipelines":["hall"]}`)
	a.until("an end", func(m message) bool { return m == message{"availability", "stopped"} })
	online()
	second := a.boot()
	if second == first {
		t.Errorf("got run %s again", second)
	}
	a.expect("describe", `{"name":"hall"}`, `{"status":"ok","data":{"pipeline":{"name":"hall","labels":[{"name":"left","model":"sides","threshold":0.5}`)

	stop()
	running.Wait()
	for _, want := range []string{"request threshold carried out", "it was retained by the broker"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %q:\n%s", want, log.String())
		}
	}
}

// TestRunGoesOnWithTheConfigOfBefore has a config of which only the start finds out that it cannot be.
func TestRunGoesOnWithTheConfigOfBefore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "edged.yaml")
	load := func(mqtt string) *config.Config {
		write(t, path, "mqtt: { broker: \"mqtt://127.0.0.1:9\""+mqtt+" }\nsensors: { air: { i2c: sim, chip: bme280 } }\n")
		c, err := config.Load(path)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	var log strings.Builder
	r := runs{s: surroundings{log: slog.New(slog.NewTextHandler(&log, nil)), env: func(string) string { return "" }}, path: path}
	old, err := newDaemon(load(""), r.s)
	if err == nil {
		err = old.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	old.next = load(", username: me, password_file: nowhere")
	d, err := r.again(old)
	if err != nil {
		t.Fatal(err)
	}
	if d.config != old.config {
		t.Error("got another config")
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	if want := "nowhere: no such file or directory; going on with the config of before"; !strings.Contains(log.String(), want) {
		t.Errorf("got the log %s, want %s", log.String(), want)
	}
}

func TestARecordedRunStaysAsItIs(t *testing.T) {
	s := surroundings{film: &film{}}
	_, noThreshold := (&remote{d: &daemon{surroundings: s}}).threshold(command.Level{Pipeline: "room", Value: 1})
	_, noMute := (&remote{d: &daemon{surroundings: s}}).mute(command.Silence{Pipeline: "room", Alert: "fire"}, time.Second)
	_, noReload := (&runs{s: s}).load()
	for _, err := range []error{noThreshold, noMute, noReload} {
		if !errors.Is(err, errRecorded) {
			t.Errorf("got %v, want %v", err, errRecorded)
		}
	}
}

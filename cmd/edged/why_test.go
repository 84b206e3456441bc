package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"edged/cmd/edged/internal/config"
	"edged/pipelines"
	"edged/pipelines/alerts"
	"edged/pipelines/rules"
	"edged/pipelines/why"
	"edged/sensors"
)

// TestWhyTranscripts stages what happens to alerts, and asks edged why. Rules, alerts and ring are the daemon's.
func TestWhyTranscripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/why",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("TZ", "UTC")
			return nil
		},
		Cmds:          map[string]func(*testscript.TestScript, bool, []string){"stage": stageCmd},
		UpdateScripts: os.Getenv("UPDATE_TRANSCRIPTS") != "",
	})
}

// stageCmd is "stage CONFIG STORY PIPELINE" in a transcript: the alerts of the config's pipeline, of room if there is none, see
// the story, and the ring is written, in the folder of that name.
func stageCmd(ts *testscript.TestScript, _ bool, args []string) {
	s := &stage{pipeline: append(args, "room")[2], load: func(name string) (*config.Config, error) { return config.Parse(name, []byte(ts.ReadFile(name))) }}
	ts.Check(s.open(args[0], ts.MkAbs("ring")))
	ts.Check(s.play(ts.ReadFile(args[1])))
}

// stage is a pipeline without sensors or models: a camera cam, whose model finds fire and people, and a chip air, as far as
// their samples are told. A line of a story is one of
//
//	14:03:00 fire 0.3              a result of cam: the score of fire
//	14:03:00..14:03:10 fire 0.3    one each second
//	14:03:00..14:03:10 air 21..35  readings of air, each second: °C
//	14:03:05 mute fire 14:10:00
//	14:03:05 restart other.yaml    with that config
//	14:03:30 end
//
// Looks are as the daemon's: after each event, and twice a second. A sensor that has given nothing for 2 s is stale.
type stage struct {
	pipeline string
	load     func(name string) (*config.Config, error)

	ring   *why.Ring
	alerts *alerts.Alerts
	boot   int
	seq    uint64
	last   map[string]time.Time // of each sensor, its newest sample
}

// cue is something that happens.
type cue struct {
	at   time.Time
	what string
	args []string
	x    float64
}

func (s *stage) open(configName, path string) error {
	var err error
	if s.ring, err = why.New(why.Options{Path: path}); err != nil {
		return err
	}
	s.last = map[string]time.Time{}
	return s.start(configName, nil)
}

// start makes the alerts of a config, as they were before.
func (s *stage) start(configName string, was []alerts.State) error {
	c, err := s.load(configName)
	if err != nil {
		return err
	}
	s.boot, s.seq = s.boot+1, 0
	v := &rules.Vocabulary{
		Sources:  []rules.Source{{Sensor: "cam", Model: "eye", Kind: pipelines.KindLabels, Labels: []string{"fire", "person"}}},
		Readings: []rules.Reading{{Sensor: "air", Name: "temperature", Unit: sensors.Celsius}},
		Sensors:  []rules.Sensor{{Name: "cam"}, {Name: "air"}},
	}
	r := &ruling{parts: &parts{config: c}, words: v, memory: rules.NewMemory(v, 2*time.Second)}
	o := alerts.Options{Pipeline: s.pipeline, Memory: r.memory, Location: time.UTC, Restore: was, Traces: s.ring.Put}
	all := c.Pipelines[s.pipeline].Alerts
	for _, name := range sortedNames(all) {
		if rule, ok := r.rule("pipelines."+s.pipeline+".alerts."+name, name, all[name]); ok {
			o.Rules = append(o.Rules, rule)
		}
	}
	if len(r.faults) > 0 {
		return r.faults
	}
	s.alerts, err = alerts.New(o)
	return err
}

// play lets a story happen.
func (s *stage) play(story string) error {
	cues, err := cuesOf(story)
	if err != nil {
		return err
	}
	now := cues[0].at
	for len(cues) > 0 {
		for len(cues) > 0 && !cues[0].at.After(now) {
			if err := s.happen(&cues[0]); err != nil {
				return err
			}
			cues = cues[1:]
		}
		s.look(now)
		now = now.Add(500 * time.Millisecond)
		if len(cues) > 0 && cues[0].at.Before(now) {
			now = cues[0].at
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return s.ring.Run(ctx) // writes what waits
}

func (s *stage) happen(c *cue) error {
	switch c.what {
	case "fire", "person":
		s.last["cam"] = c.at
		scores := []float32{0, 0}
		scores[slices.Index([]string{"fire", "person"}, c.what)] = float32(c.x)
		s.seq++
		ev := &pipelines.Event{Boot: fmt.Sprint("BOOT", s.boot), Pipeline: s.pipeline, Seq: s.seq, Time: c.at, Window: pipelines.Window{Start: c.at, End: c.at}, Sensor: "cam", Model: "eye", Kind: pipelines.KindLabels, Scores: scores}
		s.alerts.See(ev)
		s.look(c.at)
	case "air":
		s.last["air"] = c.at
		s.alerts.Read("air", &sensors.Reading{Time: c.at, Values: []sensors.Value{{Name: "temperature", Unit: sensors.Celsius, Value: c.x}}})
	case "mute":
		until, err := stageTime(c.args[1])
		if err != nil {
			return err
		}
		return s.alerts.Mute(c.args[0], until)
	case "restart":
		return s.start(c.args[0], s.alerts.States())
	case "end":
	default:
		return fmt.Errorf("nothing is called %q", c.what)
	}
	return nil
}

// look lets the alerts look, and gives their events IDs.
func (s *stage) look(now time.Time) {
	var senses []pipelines.Sense
	for _, name := range []string{"air", "cam"} {
		sense := pipelines.Sense{Sensor: name, State: pipelines.OK, Age: -1}
		if at, ok := s.last[name]; !ok {
			sense.State = pipelines.Waiting
		} else if sense.Age = now.Sub(at); sense.Age > 2*time.Second {
			sense.State, sense.Why = pipelines.Stale, fmt.Sprintf("no samples for %.1f s", sense.Age.Seconds())
		}
		senses = append(senses, sense)
	}
	for _, ev := range s.alerts.Look(now, senses) {
		s.seq++
		ev.Boot, ev.Pipeline, ev.Seq, ev.Time = fmt.Sprint("BOOT", s.boot), s.pipeline, s.seq, now
		s.alerts.Tell(ev)
	}
}

// cuesOf reads a story.
func cuesOf(story string) (cues []cue, err error) {
	for lines := bufio.NewScanner(strings.NewReader(story)); lines.Scan(); {
		words := strings.Fields(lines.Text())
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		all, err := cuesOfLine(words)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", lines.Text(), err)
		}
		cues = append(cues, all...)
	}
	slices.SortStableFunc(cues, func(a, b cue) int { return a.at.Compare(b.at) })
	return cues, nil
}

func cuesOfLine(words []string) (cues []cue, err error) {
	fromText, toText, _ := strings.Cut(words[0], "..")
	from, err := stageTime(fromText)
	if err != nil {
		return nil, err
	}
	to, err := stageTime(cmp.Or(toText, fromText))
	if err != nil {
		return nil, err
	}
	var first, last float64
	if slices.Contains([]string{"fire", "person", "air"}, words[1]) {
		a, b, _ := strings.Cut(words[2], "..")
		if first, err = strconv.ParseFloat(a, 64); err != nil {
			return nil, err
		}
		if last, err = strconv.ParseFloat(cmp.Or(b, a), 64); err != nil {
			return nil, err
		}
	}
	for at := from; !at.After(to); at = at.Add(time.Second) {
		part := 0.0
		if to.After(from) {
			part = at.Sub(from).Seconds() / to.Sub(from).Seconds()
		}
		cues = append(cues, cue{at, words[1], words[2:], first + part*(last-first)})
	}
	return cues, nil
}

// stageTime is a time of the day on which all stories are.
func stageTime(text string) (time.Time, error) {
	return time.Parse(time.DateTime, "2026-11-26 "+text)
}

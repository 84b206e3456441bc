package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"edged/cmd/edged/internal/config"
	"edged/pipelines/publish"
	"edged/pipelines/publish/command"
	"edged/pipelines/publish/mqtt"
	"edged/pipelines/publish/topic"
)

// remote lets a daemon be asked over MQTT what its config allows. It is nil if that is nothing.
type remote struct {
	d      *daemon
	topics topic.Tree
	desk   *command.Desk
	sink   *publish.Publisher
}

func newRemote(d *daemon) (*remote, error) {
	allow := d.config.MQTT.Commands
	if len(allow) == 0 {
		return nil, nil
	}
	topics, err := topic.New(d.config.Device.ID, d.config.MQTT.Topics.Templates())
	if err != nil {
		return nil, err
	}
	r := &remote{d: d, topics: topics}
	r.desk = command.New(command.Options{Allow: allow, Answer: r.answer, Log: d.log, Daemon: command.Daemon{
		Ping: r.ping, List: r.list, Describe: r.describe, Snapshot: r.snapshot, Threshold: r.threshold, Mute: r.mute, Reload: r.reload,
	}})
	return r, nil
}

// listeners are what the way to the broker hears of.
func (r *remote) listeners() []mqtt.Listener {
	if r == nil {
		return nil
	}
	under := r.topics.Device("request/")
	return []mqtt.Listener{{Filter: under + "+", Heard: func(_ context.Context, m mqtt.Message) {
		r.desk.Take(command.Request{Verb: strings.TrimPrefix(m.Topic, under), Payload: m.Payload, Retained: m.Retain})
	}}}
}

// serve answers through sink, beside the daemon's pipelines.
func (r *remote) serve(sink *publish.Publisher) {
	if r != nil {
		r.sink = sink
		r.d.group.Serve("commands", r.desk.Run)
	}
}

func (r *remote) answer(verb string, payload []byte) error {
	return r.sink.Post(mqtt.Message{Topic: r.topics.Device("response/" + verb), Payload: payload})
}

func (r *remote) ping() command.Pong {
	d := r.d
	return command.Pong{
		Time: command.Stamp(time.Now()), Version: thisBuild().Version, Boot: d.group.Boot(), UptimeS: int64(time.Since(d.began) / time.Second),
	}
}

func (r *remote) snapshot(ctx context.Context, q command.Picture) (taken command.Taken, err error) {
	s := r.d.sensors[q.Sensor]
	if s == nil {
		return taken, command.Wrong("sensor", "no sensor is named %q; there are %s", command.Short(q.Sensor), namesIn(r.d.sensors))
	}
	if s.frames == nil {
		return taken, command.Wrong("sensor", "%s gives no pictures: %s", s.name, s.kind)
	}
	if err := r.d.door.Ever(s.name); err != nil {
		return taken, err
	}
	at, err := r.topics.Snapshot(s.name)
	if err != nil {
		return taken, err
	}
	shot, err := r.d.takePicture(ctx, s, r.sink)
	if err != nil {
		return taken, fmt.Errorf("%w%s", err, because(r.stateOf(s).Reason))
	}
	return command.Taken{Sensor: s.name, Topic: at, Time: command.Stamp(shot.Time), Width: shot.Width, Height: shot.Height}, nil
}

// because appends a reason, if there is one.
func because(why string) string {
	if why == "" {
		return ""
	}
	return ": " + why
}

// errRecorded refuses what a replay would not know of.
var errRecorded = errors.New("a run that is recorded stays as its config has it")

// threshold sets the thresholds of a pipeline's labels, whichever of its models say them.
func (r *remote) threshold(q command.Level) (command.Changed, error) {
	if r.d.film != nil {
		return command.Changed{}, errRecorded
	}
	line, err := r.pipeline(q.Pipeline)
	if err != nil {
		return command.Changed{}, err
	}
	if err := r.d.guarded(line, q); err != nil {
		return command.Changed{}, err
	}
	found := false
	for _, m := range r.d.models(line) {
		for _, b := range m.bars {
			found = b.Set(q.Label, float32(q.Value)) || found
		}
	}
	switch {
	case !found && q.Label == "":
		return command.Changed{}, command.Wrong("pipeline", "%s has no model with thresholds", line)
	case !found:
		return command.Changed{}, command.Wrong("label", "%s has no label %q; list says which there are", line, command.Short(q.Label))
	}
	changed := command.Changed{Pipeline: line, Labels: r.labels(line)}
	if q.Label != "" {
		changed.Labels = slices.DeleteFunc(changed.Labels, func(l command.LabelState) bool { return l.Name != q.Label })
	}
	return changed, nil
}

// pipeline returns the name of a pipeline that runs.
func (r *remote) pipeline(name string) (string, error) {
	if _, ok := r.d.encoders[name]; !ok {
		return "", command.Wrong("pipeline", "no pipeline is named %q; there are %s", command.Short(name), namesIn(r.d.encoders))
	}
	return name, nil
}

// reload checks the config anew, and says how to end this run so that one with it begins.
func (r *remote) reload() (fresh command.Fresh, then func(), err error) {
	c, err := r.d.load()
	if err != nil {
		return fresh, nil, fmt.Errorf("the config is as it was: %s", strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	fresh = command.Fresh{Device: c.Device.ID, Sensors: sortedNames(c.Sensors), Pipelines: sortedNames(c.Pipelines)}
	return fresh, func() { r.d.giveWay(c) }, nil
}

// giveWay ends the run for the sake of one with another config.
func (d *daemon) giveWay(next *config.Config) {
	d.giving.Lock()
	defer d.giving.Unlock()
	d.next = next
	d.end()
}

func sortedNames[T any](m map[string]T) []string {
	return append([]string{}, slices.Sorted(maps.Keys(m))...)
}

// namesIn lists names for an error.
func namesIn[T any](m map[string]T) string {
	if len(m) == 0 {
		return "none"
	}
	return strings.Join(sortedNames(m), ", ")
}

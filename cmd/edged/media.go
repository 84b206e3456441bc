package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"edged/cmd/edged/internal/config"
	"edged/models"
	"edged/pipelines"
	"edged/pipelines/media"
	"edged/pipelines/publish"
	"edged/pipelines/publish/command"
	"edged/sensors"
)

// leaving is how a sensor's pictures and sound leave the process.
type leaving struct {
	door     *media.Door
	pictures *media.Camera // those that are held for a moment; nil if none are
	sound    *media.Mic    // that is held; nil if none is
	kept     bool          // an alert keeps something of it
}

// mediaPath returns the folder for what is kept of alerts: that which the config names, or else one in that which systemd gives
// a service, if something is kept or was. It stands in the config from then on, so that a recording's config has it and its
// replay names the same files.
func mediaPath(c *config.Config, env func(string) string) string {
	states := filepath.SplitList(env("STATE_DIRECTORY"))
	if c.Media.Path != "" || len(states) == 0 {
		return c.Media.Path
	}
	path := filepath.Join(states[0], "media")
	if _, err := os.Stat(path); err != nil && !c.Keeps() {
		return ""
	}
	return path
}

// openMedia makes the door, and what keeps media of alerts.
func (p *parts) openMedia() {
	c := p.config
	var policy media.Policy
	for _, m := range c.Privacy.Never {
		policy.Never = append(policy.Never, media.What(m))
	}
	for _, r := range c.Privacy.Redact {
		policy.Redact = append(policy.Redact, media.Redaction{Class: r.Class, Sensor: r.Sensor})
	}
	o := media.Options{Path: c.Media.Path, Limit: int64(c.Media.Limit), Keep: time.Duration(c.Media.Keep), Plans: keptOf(c)}
	if o.Path == config.Nowhere {
		o.Path = ""
	}
	p.door = media.NewDoor(policy)
	o.Door = p.door
	p.keeper = media.NewKeeper(o)
}

// keptOf says what is kept of alerts.
func keptOf(c *config.Config) map[media.Alert]media.Plan {
	all := map[media.Alert]media.Plan{}
	for line, p := range c.Pipelines {
		for name, a := range p.Alerts {
			plan := media.Plan{Pictures: a.Snapshot}
			if a.Clip != nil {
				plan.Sounds, plan.Before, plan.After = a.Clip.Sensors, time.Duration(a.Clip.Before), time.Duration(a.Clip.After)
			}
			if len(plan.Pictures)+len(plan.Sounds) > 0 {
				all[media.Alert{Pipeline: line, Name: name}] = plan
			}
		}
	}
	return all
}

// lets shows a sensor how its pictures and sound leave.
func (p *parts) lets(s *sensor) {
	s.door = p.door
	switch {
	case s.frames != nil:
		s.pictures = p.keeper.Camera(s.name)
	case s.clips != nil:
		s.sound = p.keeper.Mic(s.name)
	}
	s.kept = s.sound != nil || s.pictures != nil && p.keeper.Keeps(s.name)
}

// letPictures lets a camera's pictures out to sink, which may be nil, and shows them to who holds them.
func (s *sensor) letPictures(o *pipelines.InputOptions, sink sampleSink) {
	if s.pictures != nil {
		o.Frames = s.pictures.See
	}
	switch {
	case s.shown <= 0 || sink == nil || s.door.Ever(s.name) != nil:
	case s.door.Redacts(s.name):
		s.pictures.Send(s.shown, sink)
	default:
		o.Snapshots, o.SnapshotEvery = s.door.Snapshots(sink), s.shown
	}
}

// watch returns a preparer for m, such that what m finds in pictures that are held is known.
func (s *sensor) watch(p pipelines.Preparer[sensors.Frame], m *model) pipelines.Preparer[sensors.Frame] {
	if s.pictures == nil || m.eye == nil {
		return p
	}
	return s.pictures.Watch(p, m.eye)
}

// look tells the door of an encoder that finds things in pictures.
func (p *parts) look(pipeline string, e encoder, c *config.Encoder, line *config.Pipeline) {
	m := e.model
	if e.sensors[0].frames == nil || !findsObjects(taskOf(&m.card, m.session)) {
		return
	}
	m.eye = &media.Eye{
		Pipeline: pipeline, Sensor: e.sensors[0].name, Model: m.name, Classes: m.card.Labels, Rests: c.Gate != nil,
		Most: cmp.Or(c.Top, line.Heads.Detections.Top),
	}
	sig := m.session.Signature()
	if boxes := sig.Outputs[0].Shape; taskOf(&m.card, m.session) == models.Detections && len(boxes) == 3 && boxes[1] > 0 {
		m.eye.Most = min(m.eye.Most, boxes[1]) // no more are found
	}
	if in := sig.Inputs[0].Shape; m.card.Input.Crop == models.CenterCrop && len(in) == 4 {
		m.eye.Part = float64(in[2]) / float64(in[1])
	}
	p.door.Add(m.eye)
}

// closeBlind notes the cameras of which pictures are wanted that can never leave, since nothing finds what is to be covered.
func (p *parts) closeBlind() {
	for _, name := range slices.Sorted(maps.Keys(p.sensors)) {
		s := p.sensors[name]
		if wanted := s.shown > 0 || s.kept || p.config.MQTT.Allows(command.Snapshot); s.frames == nil || !wanted || !p.door.Redacts(name) {
			continue
		}
		if err := p.door.Ever(name); err != nil {
			p.leaveOut("privacy.redact", hinted{err, "give it an encoder that finds them: task detections or yolo, without crop or gate"})
		}
	}
}

// keep runs what keeps media of alerts, and returns it as the sinks that it is.
func (d *daemon) keep() []pipelines.Sink {
	d.keeper.Log(d.log)
	c := d.config
	if c.Keeps() && (c.Media.Path == "" || c.Media.Path == config.Nowhere) {
		d.log.Warn("media: pictures and sound of alerts are not kept; media.path names a folder for them")
	}
	d.group.Serve("media", d.keeper.Run)
	return []pipelines.Sink{d.keeper}
}

// mediaStats returns what health says of what is kept; nil if nothing is.
func (d *daemon) mediaStats() func() media.Stats {
	if !d.config.Keeps() {
		return nil
	}
	return d.keeper.Stats
}

// telling is a publisher whose alerts say why what was to be kept of one could not be.
type telling struct {
	*publish.Publisher
	keeper *media.Keeper
}

// Put publishes ev.
func (t telling) Put(ctx context.Context, ev *pipelines.Event) error {
	if ev.Kind == pipelines.KindAlert {
		if why := t.keeper.Degraded(); why != "" {
			ev = ev.DegradedBy(why)
		}
	}
	return t.Publisher.Put(ctx, ev)
}

// takePicture lets the next picture of a camera out to a taker.
func (d *daemon) takePicture(ctx context.Context, s *sensor, to media.Taker) (pipelines.Shot, error) {
	if d.door.Redacts(s.name) {
		return d.keeper.Snapshot(ctx, s.name, to)
	}
	return d.inputs[s.name].Snapshot(ctx, d.door.Snapshots(to))
}

// guarded refuses to raise the bar of what must be found before a picture leaves: what is not told is not covered.
func (d *daemon) guarded(pipeline string, q command.Level) error {
	for _, m := range d.models(pipeline) {
		if m.eye == nil || !d.door.Guards(m.eye, q.Label) {
			continue
		}
		for _, b := range m.bars {
			for _, l := range b.Labels() {
				if (q.Label == "" || q.Label == l.Name) && d.door.Guards(m.eye, l.Name) && float32(q.Value) > l.Score {
					return command.Wrong("value", "privacy.redact covers %q, which is found from %v on; it may be lower, not higher", l.Name, l.Score)
				}
			}
		}
	}
	return nil
}

// mayFilm refuses to record what never leaves, or leaves only with something covered: a recording has all as it was.
func (d *daemon) mayFilm() error {
	var wrong []string
	for _, name := range slices.Sorted(maps.Keys(d.sensors)) {
		s := d.sensors[name]
		switch {
		case s.frames != nil && d.door.Allows(media.Pictures) != nil:
			wrong = append(wrong, fmt.Sprintf("privacy.never names pictures, and %q gives them", name))
		case s.clips != nil && d.door.Allows(media.Sounds) != nil:
			wrong = append(wrong, fmt.Sprintf("privacy.never names sound, and %q gives it", name))
		case s.frames != nil && d.door.Redacts(name):
			wrong = append(wrong, fmt.Sprintf("privacy.redact covers what %q shows, and a recording has it as it is", name))
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	return hinted{errors.New("nothing is recorded: " + strings.Join(wrong, "; ")), "record with a config that has no such sensors, or that allows it"}
}

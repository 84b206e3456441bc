package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"

	"edged/cmd/edged/internal/config"
	"edged/pipelines"
	"edged/pipelines/prep"
	"edged/sensors"
	"edged/sensors/camera"
	"edged/sensors/i2c"
	"edged/sensors/iio"
	"edged/sensors/replay"
)

// sensor is one sensor of the config, opened. Exactly one of frames, clips and readings is set.
type sensor struct {
	name   string
	kind   string         // the config's key: camera, microphone, i2c, iio or replay
	period time.Duration  // between samples
	finite bool           // a recording that ends
	camera *camera.Camera // a live one; nil else
	shown  time.Duration  // a camera: between the pictures that are published; 0 is never
	level  time.Duration  // a microphone: between the levels that are published; 0 or less is never

	leaving // how its pictures and sound leave

	frames   sensors.Source[sensors.Frame]
	clips    sensors.Source[sensors.Clip]
	readings sensors.Source[sensors.Reading]
}

// clipLength is how much sound a microphone gives at a time.
const clipLength = 100 * time.Millisecond

// openSensor opens the sensor that c describes. Chips are not asked whether they are there: they may come later.
func openSensor(name string, c *config.Sensor, buses *i2c.Buses, w *world) (*sensor, error) {
	s := &sensor{name: name, kind: c.Kind(), finite: !c.Repeat}
	o := replay.Options{Repeat: c.Repeat, Rate: c.Rate, Chunk: clipLength}
	var err error
	switch {
	case c.Simulated():
		err = s.openInRoom(c, w.room)
	case c.Camera != "":
		s.period, s.shown = time.Duration(float64(time.Second)/c.Rate), time.Duration(c.Snapshot)
		s.frames, err = s.openCamera(c, o)
	case c.LiveMicrophone():
		s.period, s.level, s.finite = clipLength, time.Duration(c.LevelEvery), false
		s.clips, err = openMicrophone(c, w.pulse)
	case c.Microphone != "":
		s.period, s.level = clipLength, time.Duration(c.LevelEvery)
		s.clips, err = openRecording(replay.OpenClips, c.Microphone, o)
	case c.Replay != "":
		err = s.openReplay(c.Replay, o)
	case c.IIO != "":
		s.period, s.finite = time.Duration(c.Every), false
		s.readings, err = iio.New(iio.Options{Device: c.IIO, Every: s.period})
	default:
		s.period, s.finite = time.Duration(c.Every), false
		s.readings, err = openChip(c, buses, w.room)
	}
	if err != nil {
		return nil, err
	}
	s.breakAs(c.Fault, w.room.time())
	return s, nil
}

// openRecording opens the folder or file that source names as dir:PATH or file:PATH.
func openRecording[S any](open func(string, replay.Options) (S, error), source string, o replay.Options) (none S, err error) {
	path, dir, _ := config.Recording(source)
	info, err := os.Stat(path)
	var at *fs.PathError
	switch {
	case errors.As(err, &at):
		return none, fmt.Errorf("%s: %w", path, at.Err)
	case err != nil:
		return none, err
	case info.IsDir() && !dir:
		return none, fmt.Errorf("%s is a folder, not a file", path)
	case dir && !info.IsDir():
		return none, fmt.Errorf("%s is not a folder", path)
	}
	return open(path, o)
}

// published says whether samples of the sensor go out as they are, with or without a pipeline.
func (s *sensor) published() bool { return s.readings != nil || s.shown > 0 || s.level > 0 }

// input makes the sensor an input of pipelines. Its readings, and some of its pictures, go to sink as they are;
// sink may be nil.
func (s *sensor) input(staleAfter time.Duration, sink sampleSink) *pipelines.Input {
	o := pipelines.InputOptions{Period: s.period, StaleAfter: staleAfter, Whole: s.finite}
	switch {
	case s.frames != nil:
		s.letPictures(&o, sink)
		return pipelines.NewInput(s.name, s.frames, o)
	case s.clips != nil:
		if s.level > 0 && sink != nil {
			o.Readings, o.LevelEvery = sink, s.level
		}
		if s.sound != nil {
			o.Clips = s.sound.Hear
		}
		return pipelines.NewInput(s.name, s.clips, o)
	}
	if sink != nil {
		o.Readings = sink
	}
	return pipelines.NewInput(s.name, s.readings, o)
}

// attachment lets a pipeline run a model on samples that come in through inputs, and share what it finds.
type attachment func(p *pipelines.Pipeline, inputs []*pipelines.Input, share pipelines.Share) error

// prepare finds out how samples of sensors of one kind become m's input, one in a time. e says how it works beside others.
func prepare(all []*sensor, m *model, every time.Duration, e pipelines.Encoder) (attachment, error) {
	info := m.session.Signature().Inputs[0]
	o := prep.Options{Every: every, FrontEnd: m.frontEnd}
	// Recordings that end are answered whole; of a live sensor, or one that goes on for ever, only the newest counts.
	live := slices.ContainsFunc(all, func(s *sensor) bool { return !s.finite })
	e.Model, e.Session, e.Block = m.name, m.session, !live
	e.Gate.Span = fullScale(m.card.Input)
	if m.head != nil {
		e.Heads = []pipelines.Head{m.head}
	}
	switch s := all[0]; {
	case s.frames != nil:
		made, err := prep.ForFrame(info, m.card.Input, o)
		return attach(made, err, e, func(p pipelines.Preparer[sensors.Frame]) pipelines.Preparer[sensors.Frame] { return s.watch(p, m) })
	case s.clips != nil:
		made, err := prep.ForClip(info, m.card.Input, o)
		return attach(made, err, e, as)
	}
	made, err := prep.ForReading(info, m.card.Input, o)
	return attach(made, err, e, as)
}

// as leaves a preparer as it is.
func as[T sensors.Sample](p pipelines.Preparer[T]) pipelines.Preparer[T] { return p }

// attach attaches e to what prepares its samples, behind what watches that, unless it could not be made, or e's gate is of
// something else.
func attach[T sensors.Sample](made pipelines.Preparer[T], err error, e pipelines.Encoder, watched func(pipelines.Preparer[T]) pipelines.Preparer[T]) (attachment, error) {
	if err == nil {
		err = pipelines.GateFits[T](e)
	}
	return func(p *pipelines.Pipeline, inputs []*pipelines.Input, share pipelines.Share) error {
		e.Also, e.Share = inputs[1:], share
		return pipelines.AddEncoder(p, inputs[0], watched(made), e)
	}, err
}

// Close closes the source.
func (s *sensor) Close() error {
	for _, c := range []io.Closer{s.frames, s.clips, s.readings} {
		if c != nil {
			return c.Close()
		}
	}
	return nil
}

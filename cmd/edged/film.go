package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"edged/cmd/edged/internal/config"
	"edged/pipelines"
	"edged/pipelines/publish"
	"edged/sensors"
	"edged/sensors/record"
)

// film writes what happens in a daemon into a recording. It is a pipelines.Recorder.
type film struct {
	path   string
	how    record.Options
	config *config.Config // what the recording says was run

	log   *slog.Logger
	clock *sensors.Clock // of the sensors
	begin time.Time
	out   *record.Writer // nil until it is created

	shown func(*pipelines.Event) error // is told each event, in the recording's order; may be nil
	stop  context.CancelCauseFunc      // ends the run when recording ends; nil lets it go on

	once sync.Once // for the end of what cannot go on
}

// filmFlags say how a recording is written.
type filmFlags struct {
	limit       string
	compression string
}

func (f *filmFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.limit, "limit", "", "end the recording before it is larger than this `size`, such as 1GiB")
	cmd.Flags().StringVar(&f.compression, "compression", string(record.Zstd), "zstd, lz4 or none")
}

// options are what the flags say.
func (f *filmFlags) options() (record.Options, error) {
	o := record.Options{Compression: record.Compression(f.compression)}
	if !slices.Contains([]record.Compression{record.Zstd, record.LZ4, record.Uncompressed}, o.Compression) {
		return o, misuse{fmt.Errorf("--compression %q is not zstd, lz4 or none", f.compression)}
	}
	if f.limit == "" {
		return o, nil
	}
	var limit config.Size
	if err := limit.UnmarshalText([]byte(f.limit)); err != nil {
		return o, misuse{fmt.Errorf("--limit %w", err)}
	}
	o.Limit = int64(limit)
	return o, nil
}

// recorded adds to a group's options the sensors' clock, and what records it.
func (d *daemon) recorded(o pipelines.Options) pipelines.Options {
	o.Clock = d.clock
	if d.film != nil {
		d.film.log, d.film.clock, d.film.begin = d.log, d.clock, d.clock.Now()
		o.Start, o.Recorder = d.film.begin, d.film
	}
	return o
}

// startFilm creates the recording. What has been opened is in its header.
func (d *daemon) startFilm() error {
	f := d.film
	if f == nil {
		return nil
	}
	if err := d.mayFilm(); err != nil {
		return err
	}
	h, err := d.header(f.begin)
	if err != nil {
		return err
	}
	f.out, err = record.Create(f.path, h, f.how)
	if errors.Is(err, fs.ErrExist) {
		return hinted{err, "a recording is never written over; remove the file or choose another name"}
	}
	return err
}

// header says what is recorded.
func (d *daemon) header(start time.Time) (record.Header, error) {
	h := record.Header{
		Start: start, Version: thisBuild().Version, Boot: d.group.Boot(), Device: d.config.Device.ID,
		Models: map[string]string{}, Encoders: map[string]string{},
	}
	var err error
	if h.Config, err = printed(d.film.config); err != nil {
		return h, err
	}
	for _, name := range slices.Sorted(maps.Keys(d.sensors)) {
		s := d.sensors[name]
		h.Sensors = append(h.Sensors, record.Sensor{Name: name, Kind: s.kind, Gives: s.gives(), Period: s.period})
	}
	for name := range d.encoders {
		for _, m := range d.models(name) {
			h.Models[m.name] = m.sha256
		}
	}
	h.Encoders = d.places()
	h.Alerts, err = filed(d.stood)
	return h, err
}

// places says what works at each place of the pipelines: behind the encoders a fusion, then a narrator, then who watches.
func (p *parts) places() map[string]string {
	all := map[string]string{}
	for name, encoders := range p.encoders {
		for i, e := range encoders {
			all[record.Place(name, i)] = e.String()
		}
		last := len(encoders)
		if f := p.fusions[name]; f != nil {
			all[record.Place(name, last)] = f.String()
			last++
		}
		if n := p.narrators[name]; n != nil {
			all[record.Place(name, last)] = n.String()
			last++
		}
		if a := p.alerts[name]; a != nil {
			all[record.Place(name, last)] = a.String()
			last++
		}
		if d := p.digests[name]; d != nil {
			all[record.Place(name, last)] = d.String()
		}
	}
	return all
}

// String names an encoder by its sensors and model.
func (e encoder) String() string {
	return e.sensorNames() + " " + e.model.name
}

// sensorNames names its sensors as events do.
func (e encoder) sensorNames() string {
	var names []string
	for _, s := range e.sensors {
		names = append(names, s.name)
	}
	return strings.Join(names, "+")
}

// userinfo is what an address may hold that is nobody's business.
var userinfo = regexp.MustCompile(`://[^/@\s]+@`)

// printed is the effective config without what its addresses say of users.
func printed(c *config.Config) (string, error) {
	var b strings.Builder
	err := c.Print(&b)
	return userinfo.ReplaceAllString(b.String(), "://***@"), err
}

// gives says which samples the sensor gives.
func (s *sensor) gives() record.Gives {
	switch {
	case s.frames != nil:
		return record.Frames
	case s.clips != nil:
		return record.Clips
	}
	return record.Readings
}

// Record writes a step. When that fails the recording ends, and the run goes on unless it is there for the recording.
func (f *film) Record(s *pipelines.Step) {
	if err := f.write(s); err != nil {
		f.once.Do(func() { f.failed(err) })
	}
}

func (f *film) failed(err error) {
	if f.stop != nil {
		f.stop(err)
		return
	}
	f.log.Error(err.Error() + "; the recording ends here, the rest goes on")
}

func (f *film) write(s *pipelines.Step) error {
	switch s.What {
	case pipelines.Sampled:
		return f.out.Sample(s.At, s.Sensor, s.Sample)
	case pipelines.Failed:
		return f.out.Failed(s.At, s.Sensor, s.Err)
	case pipelines.Ended:
		return f.out.Finished(s.At, s.Sensor)
	case pipelines.Taken:
		return f.out.Turn(s.At, record.Turn{Pipeline: s.Pipeline, Encoder: s.Encoder, Taken: s.Number})
	case pipelines.Embedded:
		return f.out.Turn(s.At, record.Turn{Pipeline: s.Pipeline, Encoder: s.Encoder, Shared: record.Gave})
	case pipelines.Joined:
		return f.out.Turn(s.At, record.Turn{Pipeline: s.Pipeline, Encoder: s.Encoder, Shared: record.Joined})
	case pipelines.Skipped:
		return f.out.Turn(s.At, record.Turn{Pipeline: s.Pipeline, Encoder: s.Encoder, Shared: record.Skipped})
	}
	return f.emitted(s)
}

// emitted writes an event twice: that it was made, for replays, and what it says, for people and to compare.
func (f *film) emitted(s *pipelines.Step) error {
	if err := f.out.Turn(s.At, record.Turn{Pipeline: s.Pipeline, Encoder: s.Encoder, Event: s.Event.Seq}); err != nil {
		return err
	}
	if f.shown != nil {
		if err := f.shown(s.Event); err != nil {
			return err
		}
	}
	text, err := publish.Encode(s.Event)
	if err != nil {
		return nil // nor could it be published; who does says so
	}
	return f.out.Event(s.At, s.Pipeline, text)
}

// Close ends the file, if there is one.
func (f *film) Close() error {
	if f == nil || f.out == nil {
		return nil
	}
	err := f.out.Close()
	if f.stop == nil && err != nil { // has been said when it ended
		return nil
	}
	return err
}

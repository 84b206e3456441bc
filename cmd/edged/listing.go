package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"edged/cmd/edged/internal/view"
	"edged/sensors"
	"edged/sensors/record"
)

// listing is what a recording holds.
type listing struct {
	File    string        `json:"file"`
	Bytes   int64         `json:"bytes"`
	Start   time.Time     `json:"start"`
	Seconds float64       `json:"seconds"`
	Version string        `json:"version"`
	Device  string        `json:"device"`
	Boot    string        `json:"boot"`
	Damage  string        `json:"damage,omitempty"`
	Sensors []*listSensor `json:"sensors"`
	Events  int           `json:"events"`
}

type listSensor struct {
	Name    string    `json:"name"`
	Kind    string    `json:"kind"`
	Gives   string    `json:"gives"`
	Samples int       `json:"samples"`
	Errors  int       `json:"errors"`
	Lost    int       `json:"lost"`
	First   time.Time `json:"first,omitzero"`
	Last    time.Time `json:"last,omitzero"`
	what    string    // of the newest sample: its format and size
}

// list prints what is in a recording.
func (a *app) list(file string, asJSON bool) (err error) {
	in, err := record.Open(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	l, err := contents(in, file)
	if err != nil {
		return err
	}
	if asJSON {
		e := json.NewEncoder(a.out)
		e.SetIndent("", "  ")
		return e.Encode(l)
	}
	if l.Damage != "" {
		fmt.Fprintf(a.err, "edged: %s\n", l.Damage)
	}
	return l.print(a.out)
}

// contents reads all of a recording.
func contents(in *record.Reader, file string) (*listing, error) {
	h := in.Header()
	l := &listing{File: file, Start: h.Start.UTC(), Version: h.Version, Device: h.Device, Boot: h.Boot, Sensors: []*listSensor{}}
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	l.Bytes = info.Size()
	by := map[*record.Sensor]*listSensor{}
	for i := range h.Sensors {
		s := &h.Sensors[i]
		by[s] = &listSensor{Name: s.Name, Kind: s.Kind, Gives: string(s.Gives)}
		l.Sensors = append(l.Sensors, by[s])
	}
	var m record.Message
	for {
		err := in.Next(&m)
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		l.Seconds = m.At.Sub(h.Start).Seconds()
		switch m.What {
		case record.Sampled:
			by[m.Sensor].add(&m)
		case record.Failed:
			by[m.Sensor].Errors++
		case record.Said:
			l.Events++
		}
	}
	if d := in.Damage(); d != nil {
		l.Damage = d.Error()
	}
	return l, nil
}

// add counts a sample.
func (s *listSensor) add(m *record.Message) {
	switch v := m.Sample().(type) {
	case *sensors.Frame:
		s.what = fmt.Sprintf("%v %dx%d", v.Format, v.Width, v.Height)
		s.Lost += max(0, v.Lost)
	case *sensors.Clip:
		s.what = fmt.Sprintf("%d Hz, %s", v.RateHz, plural(v.Channels, "channel"))
		s.Lost += max(0, v.Lost)
	case *sensors.Reading:
		s.what = plural(len(v.Values), "value")
	}
	if s.Samples++; s.Samples == 1 {
		s.First = m.At.UTC()
	}
	s.Last = m.At.UTC()
}

// print writes l for people.
func (l *listing) print(w io.Writer) error {
	fmt.Fprintf(w, "%s: %s, %s, %.1f s, device %s, edged %s\n\n", l.File, bytesText(l.Bytes), l.Start.Local().Format(time.DateTime), l.Seconds, view.Printable(l.Device), view.Printable(l.Version))
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "sensor\tkind\tsamples\terrors\tlost\tfrom\tto\tof")
	for _, s := range l.Sensors {
		from, to := "-", "-"
		if s.Samples > 0 {
			from, to = fmt.Sprintf("%.3f s", s.First.Sub(l.Start).Seconds()), fmt.Sprintf("%.3f s", s.Last.Sub(l.Start).Seconds())
		}
		fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%d\t%s\t%s\t%s\n", view.Printable(s.Name), view.Printable(s.Kind), s.Samples, s.Errors, s.Lost, from, to, s.what)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%s\n", plural(l.Events, "event"))
	return err
}

// plural is a count of things.
func plural[N int | uint64](n N, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

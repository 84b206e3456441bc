package publish

import (
	"time"

	"edged/pipelines"
)

// digestJSON is what a digest says.
type digestJSON struct {
	Period  pipelines.Period `json:"period"`     // What the window is: an hour or a day.
	Zone    string           `json:"zone"`       // How far the clock of whose hours and days it is one was ahead of UTC when the window began: +01:00.
	Since   stamp            `json:"since"`      // The first moment of the window that was watched.
	Until   stamp            `json:"until"`      // The last one.
	Covered millis           `json:"covered_ms"` // For how long of the window the pipeline was watched.
	Partial bool             `json:"partial"`    // That this is a second or more less than the window.

	Happened []happeningJSON `json:"happened"` // The labels that were told, and the classes of objects that were found, in the order in which they first were.
	LeftOut  int             `json:"left_out"` // What happened besides, for the shortest times.
	Alerts   []raisedJSON    `json:"alerts"`   // The alerts that were open, by name.
	Readings []rangeJSON     `json:"readings"` // What was measured, by sensor and name.
	Silent   []silenceJSON   `json:"silent"`   // The sensors that gave nothing for a time, or could not be read.
}

// spellsJSON says when something was so, as far as it lies in the window.
type spellsJSON struct {
	Times   int    `json:"times,omitempty"` // How often. It is missing where that depends on how long a gap ends one of the times, or on how brief one may be, as of states that last and flicker: then only for how long is known. Alerts and sensors always have it.
	Total   millis `json:"total_ms"`        // For how long in all.
	Rough   bool   `json:"rough,omitempty"` // That the total is: a quarter of it or more is gaps that end none of the times.
	Longest millis `json:"longest_ms"`      // For how long at most.
	First   stamp  `json:"first"`           // When the first of the times began, or the window.
	Last    stamp  `json:"last"`            // When the last of the times ended, or the window.
	Before  bool   `json:"before"`          // That the first began before the window.
	On      bool   `json:"goes_on"`         // That the last goes on behind the window.
}

type happeningJSON struct {
	What   string         `json:"what"`             // The label, or the class.
	Kind   pipelines.Kind `json:"kind"`             // Labels or detections: which events tell of it.
	Sensor string         `json:"sensor,omitempty"` // Whose samples it was found in; missing if it was of several.
	Model  string         `json:"model"`            // What found it.
	spellsJSON
	Most   int `json:"most,omitempty"`   // Of objects, how many there were at once.
	Tracks int `json:"tracks,omitempty"` // Of objects that are followed, how many came.
}

type raisedJSON struct {
	Alert    string `json:"alert"`    // Its name.
	Severity string `json:"severity"` // As the config has it.
	spellsJSON
}

type silenceJSON struct {
	Sensor string `json:"sensor"` // Its name.
	Why    string `json:"why"`    // What it lacked the last time, in words.
	spellsJSON
}

type rangeJSON struct {
	Sensor string  `json:"sensor"`   // Its name.
	Name   string  `json:"name"`     // Of the value.
	Unit   string  `json:"unit"`     // As SI writes it; % for parts of a hundred.
	N      uint64  `json:"readings"` // How many there were.
	Min    float64 `json:"min"`      // The least.
	Mean   float64 `json:"mean"`     // The mean of all readings.
	Max    float64 `json:"max"`      // The most.
}

func digest(d *pipelines.Digest, w pipelines.Window) *digestJSON {
	out := &digestJSON{
		Period: d.Period, Zone: d.Zone, Since: stamp(d.Since), Until: stamp(d.Until), Covered: millis(d.Covered),
		Partial: w.End.Sub(w.Start)-d.Covered >= time.Second, LeftOut: d.LeftOut,
		Happened: []happeningJSON{}, Alerts: []raisedJSON{}, Readings: []rangeJSON{}, Silent: []silenceJSON{},
	}
	for _, h := range d.Happened {
		out.Happened = append(out.Happened, happeningJSON{h.What, h.Kind, h.Sensor, h.Model, spells(h.Spells), h.Most, h.Tracks})
	}
	for _, a := range d.Alerts {
		out.Alerts = append(out.Alerts, raisedJSON{a.Alert, a.Severity, spells(a.Spells)})
	}
	for _, r := range d.Readings {
		out.Readings = append(out.Readings, rangeJSON{r.Sensor, r.Name, string(r.Unit), r.N, r.Min, r.Mean, r.Max})
	}
	for _, s := range d.Silent {
		out.Silent = append(out.Silent, silenceJSON{s.Sensor, s.Why, spells(s.Spells)})
	}
	return out
}

func spells(s pipelines.Spells) spellsJSON {
	return spellsJSON{s.Times, millis(s.Total), s.Rough, millis(s.Longest), stamp(s.First), stamp(s.Last), s.Before, s.On}
}

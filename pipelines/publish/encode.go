package publish

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"edged/pipelines"
	"edged/sensors"
)

// Schema is the version of the events' JSON. It changes when a field changes its meaning or goes.
const Schema = 1

// stamp is a time as all payloads write it: UTC, to the millisecond.
type stamp time.Time

const stampForm = `"2006-01-02T15:04:05.000Z"`

func (s stamp) MarshalJSON() ([]byte, error) {
	return time.Time(s).UTC().AppendFormat(nil, stampForm), nil
}

// millis is a duration as all payloads write it: milliseconds, to the microsecond.
type millis time.Duration

func (m millis) MarshalJSON() ([]byte, error) {
	return json.Marshal(float64(time.Duration(m).Round(time.Microsecond)) / 1e6)
}

// eventJSON is an event. The comments on fields here and in the other payloads are what their schemas say of them.
type eventJSON struct {
	Schema     int              `json:"schema"`               // The version of this JSON, 1. It changes when a field changes its meaning or goes, not when one comes.
	ID         string           `json:"id"`                   // Unique for ever. A repeat of it is the same event.
	Seq        uint64           `json:"seq"`                  // Counts the pipeline's events of a run, from 1, without gap.
	Boot       string           `json:"boot"`                 // Names the run of the daemon.
	Time       stamp            `json:"time"`                 // When it was made, UTC.
	Window     windowJSON       `json:"window"`               // The time that it speaks of.
	Pipeline   string           `json:"pipeline"`             // The pipeline that made it.
	Sensor     string           `json:"sensor,omitempty"`     // The sensor whose samples it is of; missing if it is of several.
	Model      string           `json:"model,omitempty"`      // The model that made it.
	Labels     *[]labelJSON     `json:"labels,omitempty"`     // What was found, highest score first; beside a caption, what that is to say.
	Detections *[]detectionJSON `json:"detections,omitempty"` // The objects that were found, highest score first.
	Counts     map[string]int   `json:"counts,omitzero"`      // How many there are of each class, where somebody counts.
	Caption    string           `json:"caption,omitempty"`    // What was found, in a sentence.

	Captions map[string]string `json:"captions,omitempty"` // The sentence in further languages, by their codes.

	Digest *digestJSON `json:"digest,omitempty"` // Of a digest, what became of the pipeline in the window; caption says it in words.

	Contributions map[string]float32 `json:"contributions,omitempty"` // How much each sensor had a part in it, in all 1; missing if a fusion model does not say.

	Ages     map[string]millis `json:"ages_ms"`    // How old the newest sample of each of the pipeline's sensors was, in milliseconds.
	Latency  millis            `json:"latency_ms"` // From the window's end to the event, in milliseconds.
	Degraded []string          `json:"degraded"`   // What was missing, in words; empty if nothing was.

	Historical *bool `json:"historical,omitempty"` // That it was sent late: it waited for 5 s, or for the next start. Who publishes adds it.
}

type windowJSON struct {
	Start stamp `json:"start"` // Where it begins.
	End   stamp `json:"end"`   // Where it ends; a picture's is where it begins.
}

type labelJSON struct {
	Name  string  `json:"name"`  // Of the class.
	Score float32 `json:"score"` // How sure the model is, 0 to 1 as a rule.
}

type detectionJSON struct {
	labelJSON
	Box   boxJSON `json:"box"`                // Where it is.
	Track int     `json:"track,omitempty"`    // The same for one object in all events of an encoder; missing while it is not followed.
	Dwell *millis `json:"dwell_ms,omitempty"` // How long it has been there, in milliseconds; of what is followed.
}

// boxJSON has edges as fractions of the picture.
type boxJSON struct {
	YMin float32 `json:"ymin"` // The upper edge, as a fraction of the picture's height.
	XMin float32 `json:"xmin"` // The left edge, as a fraction of its width.
	YMax float32 `json:"ymax"` // The lower edge.
	XMax float32 `json:"xmax"` // The right edge.
}

// Encode returns ev as one line of JSON: DESIGN.md section 6. The payload that ev's Kind names is there even if it is
// empty. It is an error if ev holds a number that JSON cannot, or a Kind that is unknown.
func Encode(ev *pipelines.Event) ([]byte, error) {
	var s scribe
	return s.event(ev)
}

// encodeDigest is Encode for an event of KindDigest.
func encodeDigest(ev *pipelines.Event) ([]byte, error) {
	out := eventJSON{
		Schema: Schema, ID: ev.ID().String(), Seq: ev.Seq, Boot: ev.Boot, Time: stamp(ev.Time), Window: windowJSON{stamp(ev.Window.Start), stamp(ev.Window.End)},
		Pipeline: ev.Pipeline, Sensor: ev.Sensor, Model: ev.Model, Contributions: ev.Contributions,
		Caption: ev.Caption, Captions: ev.Captions, Digest: digest(ev.Digest, ev.Window),
		Ages: agesOf(ev), Latency: millis(ev.Latency), Degraded: append([]string{}, ev.Degraded...),
	}
	b, err := compact(out)
	if err != nil {
		return nil, fmt.Errorf("event %s: %w", ev.ID(), err)
	}
	return b, nil
}

func agesOf(ev *pipelines.Event) map[string]millis {
	ages := make(map[string]millis, len(ev.Ages))
	for name, age := range ev.Ages {
		ages[name] = millis(age)
	}
	return ages
}

type readingJSON struct {
	Time   stamp                `json:"time"`   // When it was measured, UTC.
	Values map[string]valueJSON `json:"values"` // What was measured, by name.
}

type valueJSON struct {
	Value float64 `json:"value"` // A finite number.
	Unit  string  `json:"unit"`  // As SI writes it; % for parts of a hundred.
}

// EncodeReading returns r as one line of JSON, values in the order of their names. It is an error if a value is no
// finite number or two have one name.
func EncodeReading(r *sensors.Reading) ([]byte, error) {
	var s scribe
	return s.reading(r)
}

// compact encodes without escaping <, > and &, which labels may hold and no HTML will.
func compact(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

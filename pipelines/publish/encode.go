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

func (s stamp) MarshalJSON() ([]byte, error) {
	return time.Time(s).UTC().AppendFormat(nil, `"2006-01-02T15:04:05.000Z"`), nil
}

// millis is a duration as all payloads write it: milliseconds, to the microsecond.
type millis time.Duration

func (m millis) MarshalJSON() ([]byte, error) {
	return json.Marshal(float64(time.Duration(m).Round(time.Microsecond)) / 1e6)
}

type eventJSON struct {
	Schema     int              `json:"schema"`
	ID         string           `json:"id"`
	Seq        uint64           `json:"seq"`
	Boot       string           `json:"boot"`
	Time       stamp            `json:"time"`
	Window     windowJSON       `json:"window"`
	Pipeline   string           `json:"pipeline"`
	Sensor     string           `json:"sensor,omitempty"`
	Model      string           `json:"model,omitempty"`
	Labels     *[]labelJSON     `json:"labels,omitempty"`
	Detections *[]detectionJSON `json:"detections,omitempty"`
	Counts     map[string]int   `json:"counts,omitzero"`
	Caption    string           `json:"caption,omitempty"`

	Captions map[string]string `json:"captions,omitempty"` // in further languages

	Contributions map[string]float32 `json:"contributions,omitempty"`

	Ages     map[string]millis `json:"ages_ms"`
	Latency  millis            `json:"latency_ms"`
	Degraded []string          `json:"degraded"`
}

type windowJSON struct {
	Start stamp `json:"start"`
	End   stamp `json:"end"`
}

type labelJSON struct {
	Name  string  `json:"name"`
	Score float32 `json:"score"`
}

type detectionJSON struct {
	labelJSON
	Box   boxJSON `json:"box"`
	Track int     `json:"track,omitempty"`
	Dwell *millis `json:"dwell_ms,omitempty"`
}

type boxJSON struct {
	YMin float32 `json:"ymin"`
	XMin float32 `json:"xmin"`
	YMax float32 `json:"ymax"`
	XMax float32 `json:"xmax"`
}

// Encode returns ev as one line of JSON: DESIGN.md section 6. The payload that ev's Kind names is there even if it is
// empty. It is an error if ev holds a number that JSON cannot, or a Kind that is unknown.
func Encode(ev *pipelines.Event) ([]byte, error) {
	out := eventJSON{
		Schema:   Schema,
		ID:       ev.ID,
		Seq:      ev.Seq,
		Boot:     ev.Boot,
		Time:     stamp(ev.Time),
		Window:   windowJSON{stamp(ev.Window.Start), stamp(ev.Window.End)},
		Pipeline: ev.Pipeline,
		Sensor:   ev.Sensor,
		Model:    ev.Model,
		Ages:     make(map[string]millis, len(ev.Ages)),
		Latency:  millis(ev.Latency),
		Degraded: append([]string{}, ev.Degraded...),
	}
	for name, age := range ev.Ages {
		out.Ages[name] = millis(age)
	}
	out.Contributions = ev.Contributions
	switch ev.Kind {
	case pipelines.KindLabels:
		out.Labels = labels(ev)
	case pipelines.KindCaption:
		out.Caption, out.Captions, out.Counts, out.Labels = ev.Caption, ev.Captions, ev.Counts, labels(ev)
	case pipelines.KindDetections:
		out.Detections, out.Counts = detections(ev), ev.Counts
	default:
		return nil, fmt.Errorf("event %s: unknown kind %q", ev.ID, ev.Kind)
	}
	b, err := compact(out)
	if err != nil {
		return nil, fmt.Errorf("event %s: %w", ev.ID, err)
	}
	return b, nil
}

func labels(ev *pipelines.Event) *[]labelJSON {
	l := make([]labelJSON, len(ev.Labels))
	for i, have := range ev.Labels {
		l[i] = labelJSON(have)
	}
	return &l
}

func detections(ev *pipelines.Event) *[]detectionJSON {
	d := make([]detectionJSON, len(ev.Detections))
	for i, have := range ev.Detections {
		d[i] = detectionJSON{labelJSON: labelJSON(have.Label), Box: boxJSON(have.Box), Track: have.Track}
		if have.Track != 0 {
			d[i].Dwell = (*millis)(&have.Dwell)
		}
	}
	return &d
}

type readingJSON struct {
	Time   stamp                `json:"time"`
	Values map[string]valueJSON `json:"values"`
}

type valueJSON struct {
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
}

// EncodeReading returns r as one line of JSON, values in the order of their names. It is an error if a value is no
// finite number or two have one name.
func EncodeReading(r *sensors.Reading) ([]byte, error) {
	out := readingJSON{Time: stamp(r.Time), Values: make(map[string]valueJSON, len(r.Values))}
	for _, v := range r.Values {
		if _, twice := out.Values[v.Name]; twice {
			return nil, fmt.Errorf("reading: two values are named %q", v.Name)
		}
		out.Values[v.Name] = valueJSON{v.Value, string(v.Unit)}
	}
	b, err := compact(out)
	if err != nil {
		return nil, fmt.Errorf("reading: %w", err)
	}
	return b, nil
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

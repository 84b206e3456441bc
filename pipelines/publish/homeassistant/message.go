package homeassistant

import (
	"bytes"
	"encoding/json"
)

// message is a device's discovery payload. Its fields, and those below, are Home Assistant's.
type message struct {
	Device       device               `json:"device"`
	Origin       origin               `json:"origin"`
	Availability []availability       `json:"availability"`
	QoS          int                  `json:"qos"`
	Components   map[string]component `json:"components"`
}

type device struct {
	Identifiers  []string `json:"identifiers"`
	Name         string   `json:"name"`
	Manufacturer string   `json:"manufacturer"`
	Model        string   `json:"model,omitempty"`
	SWVersion    string   `json:"sw_version,omitempty"`
	HWVersion    string   `json:"hw_version,omitempty"`
}

type origin struct {
	Name      string `json:"name"`
	SWVersion string `json:"sw_version,omitempty"`
}

// availability is a topic that says whether what is shown counts: its template makes "online" or "offline" of a payload.
type availability struct {
	Topic         string `json:"topic"`
	ValueTemplate string `json:"value_template"`
}

// component is an entity: of platform binary_sensor, sensor or camera. One that has a Platform alone removes it.
type component struct {
	Platform string `json:"platform"`
	UniqueID string `json:"unique_id,omitempty"`
	Name     string `json:"name,omitempty"`

	state
	look
	Availability []availability `json:"availability,omitempty"` // in place of the message's
	Mode         string         `json:"availability_mode,omitempty"`
}

// state says where an entity's state comes from.
type state struct {
	Topic      string `json:"topic,omitempty"` // a camera's
	StateTopic string `json:"state_topic,omitempty"`
	Template   string `json:"value_template,omitempty"`

	AttributesTopic    string `json:"json_attributes_topic,omitempty"`
	AttributesTemplate string `json:"json_attributes_template,omitempty"`
}

// look says what an entity's state means.
type look struct {
	DeviceClass string `json:"device_class,omitempty"`
	StateClass  string `json:"state_class,omitempty"`
	Unit        string `json:"unit_of_measurement,omitempty"`
	Digits      *int   `json:"suggested_display_precision,omitempty"`
	Category    string `json:"entity_category,omitempty"`
	Enabled     *bool  `json:"enabled_by_default,omitempty"`
}

func (m *message) encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(m); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

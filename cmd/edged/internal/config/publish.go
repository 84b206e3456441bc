package config

import (
	"errors"
	"fmt"
	"os"

	"edged/pipelines/publish/topic"
)

// Outbox is where events and readings wait for the broker.
type Outbox struct {
	// A folder for it alone, on a disk: what waits there outlives a crash and a power cut. "off" keeps it in memory. Default:
	// outbox in the folder that systemd's StateDirectory= names, or else off.
	Path string `yaml:"path,omitempty"`
	// How large it may become, such as 256MiB. Then the oldest that is no alert is given up, and counted. Default: 256MiB.
	Limit Size `yaml:"limit,omitempty"`
}

// NoOutbox as mqtt.outbox.path keeps in memory what waits for the broker.
const NoOutbox = "off"

// leastOutbox is what an outbox needs to work.
const leastOutbox Size = 64 << 10

// Topics are the templates of topics. {device}, {pipeline}, {kind} and {sensor} stand for names; {kind} is labels, caption or
// detections.
type Topics struct {
	// Of all topics. Default: edged/{device}.
	Prefix string `yaml:"prefix,omitempty"`
	// Under the prefix. Default: {pipeline}/{kind}.
	Event string `yaml:"event,omitempty"`
	// Under the prefix; {alert} stands for its name. Default: {pipeline}/alert/{alert}.
	Alert string `yaml:"alert,omitempty"`
	// Under the prefix. Default: {sensor}/reading.
	Reading string `yaml:"reading,omitempty"`
	// Under the prefix. Default: {sensor}/snapshot.
	Snapshot string `yaml:"snapshot,omitempty"`
}

// Templates returns t for package topic.
func (t Topics) Templates() topic.Templates { return topic.Templates(t) }

// QoS is how surely each kind of message arrives: 0 may be lost and is never on disk, 1 comes at least once, 2 once, unless the
// connection is lost.
type QoS struct {
	// Default: 1.
	Event Delivery `yaml:"event,omitempty"`
	// Default: 1.
	Reading Delivery `yaml:"reading,omitempty"`
	// Default: 1.
	Snapshot Delivery `yaml:"snapshot,omitempty"`
	// Default: 1.
	Health Delivery `yaml:"health,omitempty"`
}

// Delivery is MQTT's quality of service, written 0, 1 or 2. The zero value is none that was written.
type Delivery int

// The deliveries.
const (
	AtMostOnce Delivery = iota + 1
	AtLeastOnce
	ExactlyOnce
)

// UnmarshalText reads a delivery.
func (d *Delivery) UnmarshalText(text []byte) error {
	if len(text) != 1 || text[0] < '0' || text[0] > '2' {
		return fmt.Errorf("%q is not a quality of service; write 0, 1 or 2", text)
	}
	*d = AtMostOnce + Delivery(text[0]-'0')
	return nil
}

// MarshalYAML writes what UnmarshalText reads.
func (d Delivery) MarshalYAML() ([]byte, error) { return fmt.Appendf(nil, "%d", d-AtMostOnce), nil }

func (v *validator) publishing(path string, m *MQTT) {
	if l := m.Outbox.Limit; l != 0 && l < leastOutbox {
		v.errorAt(path+".outbox.limit", "write it as 256MiB", "%d bytes; want at least %d", l, leastOutbox)
	}
	var wrong *topic.Error
	if errors.As(m.Topics.Templates().Check(), &wrong) {
		v.errorAt(path+".topics."+wrong.Key, "", "%s", wrong.What)
	}
}

func (c *Config) fillInOutbox() {
	if c.MQTT.Outbox.Path != NoOutbox {
		c.MQTT.Outbox.Path = c.absolute(c.MQTT.Outbox.Path)
	}
}

// folder checks that name, if it is there, is a folder.
func (v *validator) folder(path, name string) {
	if info, err := os.Stat(name); err == nil && !info.IsDir() {
		v.errorAt(path, "", "%s is a file, not a folder", name)
	}
}

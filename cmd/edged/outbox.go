package main

import (
	"path/filepath"

	"edged/cmd/edged/internal/config"
	"edged/pipelines/publish"
	"edged/pipelines/publish/mqtt"
	"edged/pipelines/publish/outbox"
)

// outbox returns where events wait for the broker, and says so in the log.
func (d *daemon) outbox() outbox.Options {
	c := d.config.MQTT.Outbox
	o := outbox.Options{Path: outboxPath(c.Path, d.env), Limit: int64(c.Limit)}
	switch {
	case o.Path != "":
		d.log.Info("outbox: " + o.Path)
	case c.Path != config.NoOutbox:
		d.log.Info("outbox: in memory, and lost with the process; mqtt.outbox.path names a folder to keep it in")
	}
	return o
}

// outboxPath returns the folder that the config names, or else one in that which systemd gives a service (systemd.exec(5),
// StateDirectory=: a list with colons). It is empty for memory.
func outboxPath(path string, env func(string) string) string {
	switch states := filepath.SplitList(env("STATE_DIRECTORY")); {
	case path == config.NoOutbox:
		return ""
	case path != "":
		return path
	case len(states) > 0:
		return filepath.Join(states[0], "outbox")
	}
	return ""
}

func levels(c config.QoS) publish.Levels {
	level := func(d config.Delivery) mqtt.QoS {
		switch d {
		case config.AtMostOnce:
			return mqtt.AtMostOnce
		case config.ExactlyOnce:
			return mqtt.ExactlyOnce
		}
		return mqtt.AtLeastOnce
	}
	return publish.Levels{Event: level(c.Event), Reading: level(c.Reading), Snapshot: level(c.Snapshot), Health: level(c.Health)}
}

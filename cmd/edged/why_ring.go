package main

import (
	"path/filepath"

	"edged/cmd/edged/internal/config"
	"edged/pipelines/alerts"
	"edged/pipelines/why"
)

// whyPath returns the folder in which is kept how alerts were decided: the one that the config names, or else one in that which
// systemd gives a service. It is empty if that is not kept.
func whyPath(c *config.Config, env func(string) string) string {
	switch states := filepath.SplitList(env("STATE_DIRECTORY")); {
	case c.Alerts.Why == config.Nowhere:
		return ""
	case c.Alerts.Why != "":
		return c.Alerts.Why
	case len(states) > 0:
		return filepath.Join(states[0], "why")
	}
	return ""
}

// openRing lets the daemon keep how its alerts are decided, and returns what takes their looks; nil if that is not kept.
func (d *daemon) openRing() (func(*alerts.Trace), error) {
	path := whyPath(d.config, d.env)
	if path == "" || !d.config.Alarmed() {
		return nil, nil
	}
	ring, err := why.New(why.Options{Path: path, Limit: int64(d.config.Alerts.WhyLimit), Log: d.log})
	if err != nil {
		return nil, err
	}
	d.log.Info("why: " + path)
	d.group.Serve("why", ring.Run)
	return ring.Put, nil
}

package config

import (
	"time"

	"edged/pipelines/alerts"
)

// Alerts says where is kept what alerts need across a restart.
type Alerts struct {
	// A file for which alerts are open, muted or resting, so that a restart opens none a second time. "off" keeps it in memory.
	// Default: alerts.json in the outbox's folder; without one off.
	State string `yaml:"state,omitempty"`
	// A folder for how alerts were decided, as edged why reads it. "off" keeps nothing. Default: why in the folder that
	// systemd's StateDirectory= names, or else off.
	Why string `yaml:"why,omitempty"`
	// How large that may become; the oldest goes first. Default: 4MiB.
	WhyLimit Size `yaml:"why_limit,omitempty"`
}

// Nowhere as a path of alerts or media keeps nothing on disk.
const Nowhere = "off"

// Alert tells a person that something has come to be so, and that it is over: once each.
type Alert struct {
	// What it is about, as label("fire") > 0.8 && reading("air.temperature") > "35 °C". There are label(name[, sensor]),
	// count(class[, sensor]), reading("sensor.value"), slope, mean, max and min(series, "30s"), since(label), missing(sensor)
	// and dwell(class); arithmetic, comparisons, and, or, not.
	When string `yaml:"when,omitempty"`
	// How long that must hold, without a break, before the alert opens. Default: not at all.
	For Duration `yaml:"for,omitempty"`
	// Of the last results and readings that it speaks of, how many must hold, as 3 of 5. Default: the last.
	AtLeast Portion `yaml:"at_least,omitempty"`
	// What closes it. Default: that when does not hold.
	ClearWhen string `yaml:"clear_when,omitempty"`
	// While it is open, each comparison of when is easier by this part of its threshold, as 10%. Default: none.
	Hysteresis Percent `yaml:"hysteresis,omitempty"`
	// How long that which closes it must hold. Default: not at all.
	ClearAfter Duration `yaml:"clear_after,omitempty"`
	// How long it does not open again after it has closed. Default: not at all.
	Cooldown Duration `yaml:"cooldown,omitempty"`
	// Times of the day, as 22:00-07:00, in which it does not open; what still holds then opens at their end. Default: none.
	Quiet []alerts.Span `yaml:"quiet,omitempty"`
	// info, warning or critical. Default: warning.
	Severity Severity `yaml:"severity,omitempty"`
	// The cameras of which a picture is kept when it opens, with a box around what was found in it. In memory that takes two
	// pictures of each, two more for each of its encoders that finds objects, and eight for all. Default: none.
	Snapshot Names `yaml:"snapshot,omitempty"`
	// The sound that is kept around its opening. In memory that takes two bytes for each sample from before to after and 3s more,
	// at most 16MiB of each microphone: 0.6 MB for 15s at 16 kHz. Default: none.
	Clip *Clip `yaml:"clip,omitempty"`
}

// Clip says which sound is kept around an alert's opening.
type Clip struct {
	// The microphones.
	Sensors Names `yaml:"sensors,omitempty"`
	// How much of what was before. Default: 5s.
	Before Duration `yaml:"before,omitempty"`
	// How much of what comes after. Default: 10s.
	After Duration `yaml:"after,omitempty"`
}

// Severity says how much an alert matters.
type Severity string

// The severities.
const (
	Notice   Severity = "info"
	Warning  Severity = "warning"
	Critical Severity = "critical"
)

func severities() []Severity { return []Severity{Notice, Warning, Critical} }

// Digest sums up what a pipeline found in each hour and day, in words and as JSON. What it has counted outlives a restart in
// digest-<pipeline>.json, which lies where alerts.state does.
type Digest struct {
	// At the end of each hour. Default: true.
	Hourly bool `yaml:"hourly"`
	// At the end of each day, at midnight in the machine's time zone. Default: true.
	Daily bool `yaml:"daily"`
	// Those of its text, en or de; the first is that of text. Default: en.
	Languages Names `yaml:"languages,omitempty"`
}

// The defaults of alerts and digests.
const (
	defaultWhyLimit = Size(4 << 20)
	defaultBefore   = Duration(5 * time.Second)
	defaultAfter    = Duration(10 * time.Second)
)

func newDigest() *Digest { return &Digest{Hourly: true, Daily: true} }

func (c *Config) fillInAlerts() {
	a := &c.Alerts
	for _, path := range []*string{&a.State, &a.Why} {
		if *path != Nowhere {
			*path = c.absolute(*path)
		}
	}
	if a.WhyLimit == 0 && c.Alarmed() {
		a.WhyLimit = defaultWhyLimit
	}
	for _, p := range c.Pipelines {
		for _, alert := range p.Alerts {
			alert.fillIn()
		}
		if p.Digest != nil && len(p.Digest.Languages) == 0 {
			p.Digest.Languages = Names{"en"}
		}
	}
}

// Alarmed says whether a pipeline has alerts.
func (c *Config) Alarmed() bool {
	for _, p := range c.Pipelines {
		if len(p.Alerts) > 0 {
			return true
		}
	}
	return false
}

func (a *Alert) fillIn() {
	if a.Severity == "" {
		a.Severity = Warning
	}
	if a.Clip == nil {
		return
	}
	if a.Clip.Before == 0 {
		a.Clip.Before = defaultBefore
	}
	if a.Clip.After == 0 {
		a.Clip.After = defaultAfter
	}
}

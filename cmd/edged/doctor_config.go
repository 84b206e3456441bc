package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"

	"edged/cmd/edged/internal/config"
	"edged/pipelines/publish/mqtt"
)

// faults are what is wrong with a config, a finding each.
func faults(file string, err error) []findingJSON {
	all := config.Errors(nil)
	if !errors.As(err, &all) {
		return []findingJSON{{Name: "config", Level: ailing, Wrong: true, State: err.Error(), Remedy: "give the file's name with -c"}}
	}
	var list []findingJSON
	for _, one := range all {
		list = append(list, findingJSON{Name: "config", Level: ailing, Wrong: true, State: one.Error(), Remedy: one.Hint})
	}
	return list
}

// examineConfig opens what c names as edged check does, and asks its sensors and its brokers. Of a config for another system,
// only what it says is looked at.
func (a *app) examineConfig(ctx context.Context, c *config.Config, here bool) []findingJSON {
	if !here {
		return []findingJSON{{Name: "config", Level: fine, State: c.File() + ": well written"}}
	}
	p := openParts(c, a.env)
	list := []findingJSON{{Name: "config", State: fmt.Sprintf("%s: %d sensors and %d pipelines", c.File(), len(c.Sensors), len(c.Pipelines))}}
	if len(p.faults) > 0 {
		list = faults(c.File(), config.Join(c.Files(), p.faults))
	}
	list = append(list, askSensors(ctx, p)...)
	if err := p.Close(); err != nil {
		list = append(list, findingJSON{Name: "config", Level: warning, State: err.Error()})
	}
	return graded(append(list, askBrokers(ctx, c, a.env)...), ailing)
}

// askTime is how long all brokers of a config may take.
const askTime = 15 * time.Second

// soon is when a certificate had better be renewed.
const soon = 14 * 24 * time.Hour

// askBrokers tries each broker as the daemon would, but as another client, so that a daemon that runs is not cut off.
func askBrokers(ctx context.Context, c *config.Config, env func(string) string) []findingJSON {
	if c.MQTT.Broker[0] == config.Embedded {
		return []findingJSON{{Name: "broker", Level: fine, State: "embedded: edged serves one on the loopback interface"}}
	}
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	o, err := brokerOptions(&c.MQTT, env)
	if err == nil {
		o.ClientID = "edged-" + c.Device.ID + "-doctor"
		o.URL, o.Fallbacks = c.MQTT.Broker[0], c.MQTT.Broker[1:]
		var trials []mqtt.Trial
		if trials, err = mqtt.Try(ctx, o); err == nil {
			return judgeBrokers(trials, o.Password != "", time.Now())
		}
	}
	return []findingJSON{{Name: "broker", Level: ailing, Wrong: true, State: err.Error(), Remedy: "see the section mqtt of the config"}}
}

// judgeBrokers says how each try went. With several brokers one that answers is enough.
func judgeBrokers(trials []mqtt.Trial, password bool, now time.Time) []findingJSON {
	failed := ailing
	for _, t := range trials {
		if t.Err == nil {
			failed = warning
		}
	}
	var list []findingJSON
	for _, t := range trials {
		f := findingJSON{Name: "broker", Level: fine, State: t.Broker + ": lets edged in"}
		left := t.Until.Sub(now)
		switch {
		case t.Err != nil:
			f.Level, f.State = failed, t.Broker+": "+t.Err.Error() // which says what to check
		case t.TLS != "" && left < soon:
			f.Level, f.State = warning, fmt.Sprintf("%s: lets edged in by %s", t.Broker, t.TLS)
			f.Cause, f.Remedy = fmt.Sprintf("its certificate expires on %s, in %d days", t.Until.Format("2006-01-02"), left/(24*time.Hour)), "renew it on the broker"
		case t.TLS != "":
			f.State = fmt.Sprintf("%s: lets edged in by %s; its certificate is valid until %s", t.Broker, t.TLS, t.Until.Format("2006-01-02"))
		case password && !loopback(t.Broker):
			f.Level, f.Cause, f.Remedy = note, "the password crosses the network in the clear", "mqtts:// in mqtt.broker, and mqtt.ca_file"
		}
		f.Wrong = f.Level == warning || f.Level == ailing
		list = append(list, f)
	}
	return list
}

// loopback says whether a broker's address is this machine's own.
func loopback(broker string) bool {
	u, err := url.Parse(broker)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

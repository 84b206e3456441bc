package config

import (
	"slices"
	"strings"
	"unicode"
)

// Discovery says what is told of the device to those who look for devices.
type Discovery string

// What Home Assistant is told.
const (
	HomeAssistant Discovery = "homeassistant"
	Remove        Discovery = "remove"
)

const (
	defaultDiscoveryPrefix = "homeassistant"
	longestPrefix          = 200 // bytes
)

func (m *MQTT) fillInDiscovery() {
	if m.Discovery != "" && m.DiscoveryPrefix == "" {
		m.DiscoveryPrefix = defaultDiscoveryPrefix
	}
}

func (v *validator) discovery(path string, m *MQTT) {
	if m.Discovery != "" && m.Discovery != HomeAssistant && m.Discovery != Remove {
		v.errorAt(path+".discovery", didYouMean(string(m.Discovery), []string{string(HomeAssistant), string(Remove)}), "unknown discovery %q", m.Discovery)
	}
	for _, key := range []string{"discovery_prefix", "discovery_labels"} {
		if _, given := v.c.places[path+"."+key]; given && m.Discovery == "" {
			v.errorAt(path+"."+key, "add discovery: homeassistant", "without discovery nothing is told")
		}
	}
	bad := func(r rune) bool { return r == '+' || r == '#' || unicode.IsControl(r) }
	levels := strings.Split(m.DiscoveryPrefix, "/")
	if m.DiscoveryPrefix != "" && (len(m.DiscoveryPrefix) > longestPrefix || strings.ContainsFunc(m.DiscoveryPrefix, bad) || slices.Contains(levels, "") ||
		strings.HasPrefix(m.DiscoveryPrefix, "$")) {
		v.errorAt(path+".discovery_prefix", "write it as in Home Assistant's settings of MQTT, without a / at its end", "%q cannot begin an MQTT topic", m.DiscoveryPrefix)
	}
	for i, name := range m.DiscoveryLabels {
		if name == "" || slices.Contains(m.DiscoveryLabels[:i], name) {
			v.errorAt(path+".discovery_labels", "", "%q is empty or stands twice", name)
		}
	}
}

package config

import (
	"slices"
	"testing"
)

func TestDiscovery(t *testing.T) {
	tests := []struct{ name, mqtt, want string }{
		{"none", "", ""},
		{"Home Assistant", "discovery: homeassistant, discovery_prefix: ha/found, discovery_labels: [fire, person]", ""},
		{"one label", "discovery: homeassistant, discovery_labels: fire", ""},
		{"taken away again", "discovery: remove", ""},
		{"of another kind", "discovery: homeasistant", "1:20: mqtt.discovery: unknown discovery \"homeasistant\""},
		{"labels for nobody", "discovery_labels: [fire]", "1:9: mqtt.discovery_labels: without discovery nothing is told"},
		{"a prefix for nobody", "discovery_prefix: ha", "1:27: mqtt.discovery_prefix: without discovery nothing is told"},
		{"a prefix that ends in /", "discovery: homeassistant, discovery_prefix: ha/", "1:53: mqtt.discovery_prefix: \"ha/\" cannot begin an MQTT topic"},
		{"a prefix with a wildcard", "discovery: homeassistant, discovery_prefix: ha#", "1:53: mqtt.discovery_prefix: \"ha#\" cannot begin an MQTT topic"},
		{"a label twice", "discovery: homeassistant, discovery_labels: [a, a]", "1:35: mqtt.discovery_labels: \"a\" is empty or stands twice"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := Parse("edged.yaml", []byte("mqtt: { "+tt.mqtt+" }\n"+sensors))
			got := ""
			if err != nil {
				got = err.Error()[len("edged.yaml:"):]
			}
			if got != tt.want {
				t.Fatalf("got %q, want %q", got, tt.want)
			}
			if err == nil && (c.MQTT.Discovery != "") != (c.MQTT.DiscoveryPrefix != "") {
				t.Errorf("got the prefix %q", c.MQTT.DiscoveryPrefix)
			}
		})
	}
	c, err := Parse("edged.yaml", []byte("mqtt: { "+tests[1].mqtt+" }\n"+sensors))
	if err != nil || c.MQTT.DiscoveryPrefix != "ha/found" || !slices.Equal(c.MQTT.DiscoveryLabels, Names{"fire", "person"}) {
		t.Errorf("got %+v, %v", c, err)
	}
}

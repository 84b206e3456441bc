package main

import (
	"fmt"
	"strings"

	"edged/boards"
)

// roomFields are the readings that the built-in model room-air takes, each of which may be missing.
func roomFields() []string {
	return []string{"temperature", "humidity", "pressure", "co2", "tvoc", "illuminance", "vibration", "shock"}
}

// occupancyFields are those that room-occupancy takes, all of them.
func occupancyFields() []string { return []string{"temperature", "humidity", "illuminance", "co2"} }

// simulated is what edged demo has.
func simulated() []gear {
	return []gear{
		{kind: "camera", name: "cam", keys: "camera: sim, rate: 4", about: "what it would see"},
		{kind: "microphone", name: "mic", keys: "microphone: sim", about: "what it would hear"},
		{kind: "i2c", name: "air", keys: "i2c: sim", about: "five chips in one", gives: roomFields()},
	}
}

// newConfigText is a config for what was found, with comments. It is for people to go on with.
func newConfigText(machine *boards.Machine, found []gear) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Written by edged init for %s.\n", or(plain(machine.Model), machine.Board.Name))
	none := len(found) == 0
	fmt.Fprintf(&b, configHead, brokerLine(none))
	if none {
		b.WriteString("\n# No sensor was there: this is the simulated room of edged demo, which tells its story over and over.\nsim: {}\n")
		found = simulated()
	}
	b.WriteString("\nsensors:\n")
	for _, g := range found {
		fmt.Fprintf(&b, "  %s: { %s }  # %s\n", g.name, g.keys, or(g.about, g.kind))
	}
	writePipelines(&b, found, none)
	return b.String()
}

// brokerLine is where events go to begin with.
func brokerLine(simulated bool) string {
	if simulated {
		return "embedded                           # edged's own, for this machine alone; yours: mqtt://HOST, or mqtts://HOST, encrypted"
	}
	return "mqtt://127.0.0.1:1883              # yours: mqtts://HOST is encrypted; embedded serves one to this machine alone"
}

const configHead = `#
#   edged check -c FILE    says what this comes to, and what is wrong, with line and column
#   edged doctor -c FILE   asks the devices and the broker
#   edged run -c FILE      runs it; with systemd it is /etc/edged/edged.yaml

# device: { id: porch }                        # the name in MQTT topics, edged/porch/…; without it, the host's name

mqtt:
  broker: %s
  # username: edged
  # password_file: /etc/edged/mqtt.password    # its first line
  # ca_file: /etc/edged/ca.pem                 # whom to trust with mqtts, in place of the system's authorities
  # discovery: homeassistant                   # Home Assistant finds this device by itself
  # outbox: { path: /var/lib/edged/outbox }    # what waits for the broker outlives a crash and a power cut
`

// writePipelines joins the first camera, the first microphone and what measures the air by the built-in models of the room.
func writePipelines(b *strings.Builder, found []gear, simulated bool) {
	var encoders []string
	for _, sense := range []struct{ kind, model string }{{"camera", "room-eye"}, {"microphone", "room-ear"}} {
		if g := first(found, sense.kind); g != nil {
			encoders = append(encoders, fmt.Sprintf("{ sensor: %s, model: %s }", g.name, sense.model))
		}
	}
	if names, _ := measured(found, roomFields()); len(names) > 0 {
		encoders = append(encoders, fmt.Sprintf("{ sensor: [%s], model: room-air }", strings.Join(names, ", ")))
	}
	names, have := measured(found, occupancyFields())
	if len(encoders) == 0 {
		return // readings are published without a pipeline
	}
	b.WriteString("\npipelines:\n")
	if len(have) == len(occupancyFields()) && !simulated {
		fmt.Fprintf(b, occupancyText, strings.Join(names, ", "))
	}
	b.WriteString(roomText)
	for _, e := range encoders {
		fmt.Fprintf(b, "      - %s\n", e)
	}
	b.WriteString(roomTail)
	if simulated {
		b.WriteString(fireText)
	} else {
		b.WriteString(alertText)
	}
}

func first(found []gear, kind string) *gear {
	for i := range found {
		if found[i].kind == kind {
			return &found[i]
		}
	}
	return nil
}

const occupancyText = `  # Whether somebody is there, learned from an office's measurements.
  occupancy:
    every: 10s
    encoders:
      - { sensor: [%s], model: room-occupancy }

`

const roomText = `  # These models come with edged and learned the simulated room: they show that all works, and guess in a real one. Put your
  # own .tflite files in their places; edged inspect says what a model takes and gives.
  room:
    every: 500ms
    encoders:
`

const roomTail = `    fusion: { model: room-fusion }             # joins what they find; a sense that is missing is left out
    heads:
      labels: { top: 8 }
      caption: { model: room-caption }         # says it in a sentence
`

// alertText shows what an alert looks like. It is a comment: models that guess had better wake nobody.
const alertText = `    # alerts:                                  # what people are told of, once when it begins and once when it is over
    #   somebody: { when: 'label("person") > 0.9', for: 5s, clear_after: 1m, severity: info }
`

// fireText is an alert of the simulated room, where the models know what fire is.
const fireText = `    alerts:
      fire: { when: 'label("fire") > 0.8', for: 2s, clear_after: 5s, severity: critical }
`

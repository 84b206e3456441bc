package config

import (
	"strings"
	"testing"
)

const fire = `when: 'label("fire") > 0.8'`

// badAlerts are what is wrong with alerts, what they keep, and digests.
var badAlerts = []badConfig{
	{"an alert about nothing", alerting("for: 2s"), "2:68: pipelines.p.alerts.a: no when", `write when: label("fire") > 0.8`},
	{"an alert about spaces", alerting("when: ' '"), "2:68: pipelines.p.alerts.a: no when", ""},
	{"an empty alert", sensors + "pipelines: { p: { encoders: [{ sensor: cam, model: m }], alerts: { a: } } }\n", "2:68: pipelines.p.alerts.a: no when", ""},
	{"a condition too long", alerting("when: '" + strings.Repeat("x", 1001) + "'"), "2:79: pipelines.p.alerts.a.when: 1001 bytes; want at most 1000", "make two alerts of it"},
	{"a name that is no level", strings.Replace(alerting(fire), "a: {", "a/b: {", 1),
		`2:68: pipelines.p.alerts.a/b: "a/b" cannot be part of an MQTT topic`, "use letters, digits, _ and -"},
	{"an unknown key of an alert", alerting(fire + ", until: 3s"), `2:102: pipelines.p.alerts.a: unknown key "until"`, ""},
	{"two ways to close", alerting(fire + ", clear_when: 'true', hysteresis: 10%"),
		"2:134: pipelines.p.alerts.a.hysteresis: clear_when says when it closes", "leave out one of the two"},
	{"a part without its sign", alerting(fire + ", hysteresis: 0.1"), `2:114: pipelines.p.alerts.a.hysteresis: "0.1" is no part of something; write it as 10%`, ""},
	{"more than all", alerting(fire + ", hysteresis: 101%"), "2:114: pipelines.p.alerts.a.hysteresis: 101% is not above 0% and at most 100%", ""},
	{"a portion in other words", alerting(fire + ", at_least: 3/5"), `2:112: pipelines.p.alerts.a.at_least: "3/5" is no portion; write it as 3 of 5`, ""},
	{"more than there are", alerting(fire + ", at_least: 6 of 5"), `2:112: pipelines.p.alerts.a.at_least: "6 of 5" is not between 1 of 1 and 100 of 100; write it as 3 of 5`, ""},
	{"of too many", alerting(fire + ", at_least: 6 of 500"), `2:112: pipelines.p.alerts.a.at_least: "6 of 500" is not between 1 of 1 and 100 of 100; write it as 3 of 5`, ""},
	{"a wait of days", alerting(fire + ", for: 25h"), "2:107: pipelines.p.alerts.a.for: 25h0m0s is above 24h0m0s", ""},
	{"a time that is none", alerting(fire + ", quiet: 22:00-25:00"), `2:109: pipelines.p.alerts.a.quiet[0]: quiet "22:00-25:00": want two times of a day, as in 22:00-07:00`, ""},
	{"one time", alerting(fire + ", quiet: 22:00"), `2:109: pipelines.p.alerts.a.quiet[0]: quiet "22:00": want two times of a day, as in 22:00-07:00`, ""},
	{"a time of nothing", alerting(fire + ", quiet: [07:00-07:00]"), `2:112: pipelines.p.alerts.a.quiet[0]: quiet 07:00-07:00: it would never open`, ""},
	{"an unknown severity", alerting(fire + ", severity: high"), `2:112: pipelines.p.alerts.a.severity: unknown severity "high"`, "known: info, warning, critical"},
	{"a picture of nobody", alerting(fire + ", snapshot: cma"), `2:112: pipelines.p.alerts.a.snapshot[0]: no sensor is named "cma"`, "known here: cam"},
	{"a picture of a sound", alerting(fire + ", snapshot: mic"), `2:112: pipelines.p.alerts.a.snapshot[0]: "mic" is no camera`, "known here: cam"},
	{"a picture twice", alerting(fire + ", snapshot: [cam, cam]"), `2:118: pipelines.p.alerts.a.snapshot[1]: "cam" stands twice`, ""},
	{"a clip of nothing", alerting(fire + ", clip: {}"), "2:102: pipelines.p.alerts.a.clip: no sensors", "write clip: { sensors: [mic] }"},
	{"a clip of a picture", alerting(fire + ", clip: { sensors: cam }"), `2:119: pipelines.p.alerts.a.clip.sensors[0]: "cam" is no microphone`, "known here: mic"},
	{"a clip too long", alerting(fire + ", clip: { sensors: mic, before: 2m }"), "2:132: pipelines.p.alerts.a.clip.before: 2m0s is above 1m0s", ""},
	{"alerts' topic is other events'", sensors + "mqtt: { topics: { event: \"{pipeline}/e/{kind}\", alert: \"{pipeline}/e/{alert}\" } }\n",
		`2:56: mqtt.topics.alert: "{pipeline}/e/{alert}" is that of other events too`, ""},
	{"a small why", sensors + "alerts: { why_limit: 1KiB }\n", "2:22: alerts.why_limit: 1024 bytes; want at least 65536", "write it as 4MiB"},
	{"a large why", sensors + "alerts: { why_limit: 1GiB }\n", "2:22: alerts.why_limit: 1073741824 bytes; want at most 268435456", "write it as 4MiB"},
	{"small media", sensors + "media: { limit: 1KiB }\n", "2:17: media.limit: 1024 bytes; want at least 1048576", "write it as 256MiB"},
	{"kept for seconds", sensors + "media: { keep: 5s }\n", "2:16: media.keep: 5s is below 1m", "write it as 7d"},
	{"kept for no time", sensors + "media: { keep: xd }\n", `2:16: media.keep: "xd" is no age; write it as 12h, or as 7d, at most 36525d`, ""},
	{"a medium that is none", sensors + "privacy: { never: [pictres] }\n", `2:20: privacy.never[0]: unknown medium "pictres"`, "did you mean pictures? Known here: pictures, sound"},
	{"never, never", sensors + "privacy: { never: [sound, sound] }\n", `2:27: privacy.never[1]: "sound" stands twice`, ""},
	{"nothing to blur", sensors + "privacy: { redact: [{ sensor: cam }] }\n", "2:21: privacy.redact[0]: no class", "write redact: [person], or [{ class: person, sensor: cam }]"},
	{"a blurred sound", sensors + "privacy: { redact: [{ class: person, sensor: mic }] }\n", `2:46: privacy.redact[0].sensor: "mic" is no camera`, "known here: cam"},
	{"a picture that never leaves", alerting(fire+", snapshot: cam") + "privacy: { never: pictures }\n",
		"2:112: pipelines.p.alerts.a.snapshot: pictures never leave", "leave it out, or take pictures out of privacy.never"},
	{"a clip that never leaves", alerting(fire+", clip: { sensors: mic }") + "privacy: { never: [pictures, sound] }\n",
		"2:102: pipelines.p.alerts.a.clip: clips of sound never leave", "leave it out, or take sound out of privacy.never"},
	{"pictures all the time that never leave", "sensors: { cam: { camera: any, snapshot: 5s } }\nprivacy: { never: pictures }\n",
		"1:42: sensors.cam.snapshot: pictures never leave", ""},
	{"pictures that may be asked for", sensors + "mqtt: { commands: [snapshot] }\nprivacy: { never: pictures }\n", "2:9: mqtt.commands: pictures never leave", ""},
	{"a digest of nothing", sensors + "pipelines: { p: { encoders: [{ sensor: cam, model: m }], digest: { hourly: false, daily: false } } }\n",
		"2:58: pipelines.p.digest: neither hourly nor daily", "leave it out"},
	{"a digest in Klingon", sensors + "pipelines: { p: { encoders: [{ sensor: cam, model: m }], digest: { languages: [en, tlh] } } }\n",
		`2:68: pipelines.p.digest.languages: no language "tlh"`, "known: de, en"},
}

func TestTimesNeedNoQuotes(t *testing.T) {
	for _, quiet := range []string{"22:00-07:00", "[22:00-07:00]", "['22:00-07:00']", "22:00 - 7:00"} {
		c, err := Parse("edged.yaml", []byte(alerting("when: x > 0, quiet: "+quiet)))
		if err != nil {
			t.Errorf("%s: %v", quiet, err)
			continue
		}
		if got := c.Pipelines["p"].Alerts["a"].Quiet; len(got) != 1 || got[0].String() != "22:00-07:00" {
			t.Errorf("%s: got %v", quiet, got)
		}
	}
}

func TestDefaultsOfAlerts(t *testing.T) {
	c, err := Parse("edged.yaml", []byte(alerting(fire+", clip: { sensors: mic }")))
	if err != nil {
		t.Fatal(err)
	}
	a := c.Pipelines["p"].Alerts["a"]
	if a.Clip.Before != defaultBefore || a.Clip.After != defaultAfter || a.Severity != Warning {
		t.Errorf("got %+v, %+v", a, a.Clip)
	}
	if c.Alerts != (Alerts{WhyLimit: 4 << 20}) || c.Media != (Media{Limit: 256 << 20, Keep: Age(7 * day)}) {
		t.Errorf("got %+v, %+v", c.Alerts, c.Media)
	}
}

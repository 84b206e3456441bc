package config

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

const sensors = "sensors: { cam: { camera: \"dir:.\" }, mic: { microphone: \"file:a.wav\" } }\n"

// known is the list of chips, as hints have it.
const known = "bme280, bmp280, bmp180, aht20, hdc302x, scd4x, sgp30, ccs811, tmp102, mcp9808, bh1750, adxl345, ina219, ads1015, ads1115"

// captions is a config with a caption of a grammar.
func captions(keys string) string {
	return "sensors: { cam: { camera: any }, air: { i2c: 1, chip: bme280 } }\npipelines: { p: { encoders: [{ sensor: cam, model: m }], heads: { caption: { " + keys + " } } } }\n"
}

// alerting is a config with an alert, of the keys given.
func alerting(keys string) string {
	return sensors + "pipelines: { p: { encoders: [{ sensor: cam, model: m }], alerts: { a: { " + keys + " } } } }\n"
}

type badConfig struct {
	name, yaml string
	want       string // all errors, without the file's name
	hint       string // of the first
}

var badConfigs = []badConfig{
	{"an empty file", "", "edged.yaml: sensors: no sensors; there is nothing to do", "add one: sensors: { air: { i2c: sim, chip: bme280 } }"},
	{"only a comment", "# nothing\n", "edged.yaml: sensors: no sensors; there is nothing to do", ""},
	{"not YAML", "a: [\n", "1:4: sequence end token ']' not found", ""},
	{"a list", "- a\n", "1:1: top level: want keys with values, got a list", ""},
	{"two documents", sensors + "---\na: b\n", "3:2: a second YAML document; a config is one", ""},
	{"an unknown command", sensors + "mqtt: { commands: [ping, snapshoot] }\n", `2:26: mqtt.commands[1]: no command is named "snapshoot"`,
		"did you mean snapshot? Known here: ping, list, describe, snapshot, threshold, mute, reload"},
	{"a command twice", sensors + "mqtt: { commands: [ping, ping] }\n", `2:26: mqtt.commands[1]: "ping" stands twice`, ""},
	{"an unknown key", "sensor: {}\n", `1:1: top level: unknown key "sensor"`, "did you mean sensors? Known here: device, mqtt, sim, sensors, pipelines, alerts, media, privacy, tflite, limits"},
	{"a key of a later version", sensors + "pipelines:\n  p:\n    encoders: [{ sensor: cam, model: m }]\n    webhooks: {}\n",
		`5:5: pipelines.p: unknown key "webhooks"`, "known here: every, budget, stale_after, encoders, fusion, heads, alerts, digest"},
	{"a key twice", "device: { id: a }\ndevice: { id: b }\n", `2:1: mapping key "device" already defined at [1:1]`, ""},
	{"a sensor twice", "sensors:\n  a: { i2c: sim, chip: bme280 }\n  a: { i2c: 1, chip: bme280 }\n", `3:3: mapping key "a" already defined at [2:3]`, ""},
	{"an alias", "device: &d { id: a }\nmqtt: *d\n", "1:9: device: anchors, aliases, tags and merge keys are not used in this file\n" +
		"2:7: mqtt: anchors, aliases, tags and merge keys are not used in this file", "write the value out"},
	{"two errors at once", "device: { name: a }\nmqtt: { host: b }\n", "1:11: device: unknown key \"name\"\n2:9: mqtt: unknown key \"host\"", "known here: id"},
	{"a value of the wrong kind", "device: [a]\n", "1:9: device: want keys with values, got a list", ""},
	{"addresses without quotes", "mqtt: { broker: [mqtt://a:1883] }\n", "1:26: mqtt.broker[0]: want text, got keys with values", "in a list between brackets a text with a colon wants quotes"},
	{"a value left out", "device: { id: }\n", "1:14: device.id: want text, got nothing", ""},
	{"a temperature in words", sensors + "limits: { temperature: warm }\n", `2:24: limits.temperature: "warm" is no temperature; write it as 75°C`, ""},
	{"a temperature of nothing", sensors + "limits: { temperature: 0 }\n", "2:24: limits.temperature: 0 °C; want 40 to 110 °C", "write it as 75°C"},
	{"a temperature in Fahrenheit", sensors + "limits: { temperature: 167 }\n", "2:24: limits.temperature: 167 °C; want 40 to 110 °C", ""},
	{"too little memory", sensors + "limits: { memory: 8MiB }\n", "2:19: limits.memory: 8388608 bytes; want at least 32 MiB", "write it as 400MiB"},
	{"processor time without a sign", sensors + "limits: { cpu: 60 }\n", `2:16: limits.cpu: "60" is no part of something; write it as 10%`, ""},
	{"hardly any processor time", sensors + "limits: { cpu: 0.5% }\n", "2:16: limits.cpu: 0.5%; want at least 1%", "write it as 60%"},
	{"a smaller model that nobody asks for", sensors + "pipelines: { p: { encoders: [{ sensor: cam, model: m, smaller: s }] } }\n",
		"2:64: pipelines.p.encoders[0].smaller: nothing asks for a smaller model without limits", "add limits: { temperature: 75°C }"},
	{"a smaller model beside a fusion model", sensors + "limits: { cpu: 60% }\npipelines: { p: { encoders: [{ sensor: cam, model: m, smaller: s }], fusion: { model: f } } }\n",
		"3:64: pipelines.p.encoders[0].smaller: a fusion model knows what one model finds, and not what another does", ""},
	{"a rate in words", "sensors: { c: { camera: \"dir:.\", rate: fast } }\n", `1:40: sensors.c.rate: want a number, got "fast"`, ""},
	{"a rate of nothing", "sensors: { c: { camera: \"dir:.\", rate: -1 } }\n", "1:40: sensors.c.rate: -1 pictures a second; want 0.001 to 1000", ""},
	{"a duration without unit", "sensors: { a: { i2c: 1, chip: bme280, every: 5 } }\n",
		`1:46: sensors.a.every: "5" is not a duration; write a number with a unit: 500ms, 2s, 1m`, ""},
	{"a duration of nothing", "sensors: { a: { i2c: 1, chip: bme280, every: 0s } }\n", "1:46: sensors.a.every: duration 0s is not above 0", ""},
	{"a duration too short for a chip", "sensors: { a: { i2c: 1, chip: bme280, every: 1ms } }\n", "1:46: sensors.a.every: 1ms is below 10ms", ""},
	{"an address outside the bus", "sensors: { a: { i2c: 1, chip: bme280, address: 0x80 } }\n", "1:48: sensors.a.address: I²C address 0x80 is outside 0x08 to 0x77", ""},
	{"an address in words", "sensors: { a: { i2c: 1, chip: bme280, address: low } }\n", `1:48: sensors.a.address: "low" is not an I²C address; write it as 0x76`, ""},
	{"an address of another chip", "sensors: { a: { i2c: 1, chip: bmp180, address: 0x76 } }\n",
		"1:48: sensors.a.address: a bmp180 cannot have the address 0x76; it has 0x77", ""},
	{"a camera of no kind", "sensors: { c: { camera: webcam } }\n", `1:25: sensors.c.camera: "webcam" is no camera`,
		"use /dev/video0, name:NAME, usb:VENDOR:MODEL, any, rpicam, mjpeg+http://HOST/PATH, exec:PROGRAM, dir:PATH, file:PATH or sim"},
	{"a camera of half an identity", "sensors: { c: { camera: \"usb:46d:0825\" } }\n",
		`1:25: sensors.c.camera: "usb:46d:0825" is no USB identity; want usb:046d:0825, as lsusb prints it, and :SERIAL where two are alike`, ""},
	{"a size in words", "sensors: { c: { camera: any, size: large } }\n",
		`1:36: sensors.c.size: "large" is not a size; write width and height in pixels, as in 640x480`, ""},
	{"a format of no kind", "sensors: { c: { camera: any, format: yuy2 } }\n", `1:38: sensors.c.format: "yuy2" is not a format of pictures`,
		"did you mean yuyv? Known here: auto, rgb24, grey, yuyv, nv12, yuv420, jpeg"},
	{"a program without a size for its pictures", "sensors: { c: { camera: \"exec:cam\", format: yuyv } }\n",
		"1:25: sensors.c.camera: exec: raw yuyv needs a size", ""},
	{"a format that a Pi's camera lacks", "sensors: { c: { camera: rpicam, format: nv12 } }\n",
		"1:25: sensors.c.camera: rpicam gives yuv420 and jpeg, not nv12", ""},
	{"a camera without a host", "sensors: { c: { camera: \"mjpeg+http://u:hunter2@/x\" } }\n",
		"1:25: sensors.c.camera: http://u:xxxxx@/x: no host", ""},
	{"the end of a live camera", "sensors: { c: { camera: any, repeat: true } }\n",
		"1:38: sensors.c.repeat: does not belong to a live camera, which has no end", ""},
	{"the size of a recording", "sensors: { c: { camera: \"dir:.\", size: 640x480 } }\n",
		"1:40: sensors.c.size: does not belong to a recording, whose pictures are as they are", ""},
	{"a microphone of another language", "sensors: { m: { microphone: \"plughw:1\" } }\n", `1:29: sensors.m.microphone: microphone "plughw:1" is not known`,
		"write hw:CARD,DEVICE, name:PART, usb:VENDOR:PRODUCT, any, pulse, pulse:SOURCE, exec:PROGRAM ARGUMENTS, dir:PATH, file:PATH or sim"},
	{"half a USB identity", "sensors: { m: { microphone: \"usb:0d8c\" } }\n",
		`1:29: sensors.m.microphone: microphone "usb:0d8c": want usb:VENDOR:PRODUCT as lsusb has them, such as usb:0d8c:0014`, ""},
	{"a program of nothing", "sensors: { m: { microphone: \"exec:\" } }\n", "1:29: sensors.m.microphone: microphone exec: no program", ""},
	{"sound at a camera's rate", "sensors: { m: { microphone: any, rate: 10 } }\n", "1:40: sensors.m.rate: 10 samples a second; want a whole number from 1000 to 768000", ""},
	{"half a sample", "sensors: { m: { microphone: any, rate: 44100.5 } }\n", "1:40: sensors.m.rate: 44100.5 samples a second; want a whole number from 1000 to 768000", ""},
	{"no ears", "sensors: { m: { microphone: any, channels: 0 } }\n", "1:44: sensors.m.channels: want how many, 1 to 64", ""},
	{"an ADC's ears", "sensors: { m: { microphone: any, channels: [1, 2] } }\n", "1:34: sensors.m.channels: want how many, 1 to 64", ""},
	{"big-endian sound", "sensors: { m: { microphone: pulse, format: S16_BE } }\n", `1:44: sensors.m.format: "S16_BE" is not a format of samples`,
		"did you mean S16_LE? Known here: S16_LE, S32_LE, FLOAT_LE, S24_LE, S24_3LE"},
	{"a recording at a rate", "sensors: { m: { microphone: \"file:a.wav\", rate: 8000 } }\n", "1:49: sensors.m.rate: belongs to a live microphone", ""},
	{"a device again and again", "sensors: { m: { microphone: \"hw:1\", repeat: true } }\n", "1:45: sensors.m.repeat: belongs to a recording", ""},
	{"levels without end", "sensors: { m: { microphone: any, level_every: 1ms } }\n", "1:47: sensors.m.level_every: 1ms is below 100ms", ""},
	{"levels now and then", "sensors: { m: { microphone: any, level_every: never } }\n",
		`1:47: sensors.m.level_every: "never" is not a duration; write a number with a unit: 500ms, 2s, 1m, or off`, ""},
	{"levels of a chip", "sensors: { a: { i2c: 1, chip: bme280, level_every: 1s } }\n", "1:52: sensors.a.level_every: does not belong to a i2c", ""},
	{"a sensor of nothing", "sensors: { c: { repeat: true } }\n", "1:12: sensors.c: 0 sources: none", "give one of camera, microphone, i2c, iio, replay"},
	{"a sensor of two", "sensors:\n  c: { camera: \"dir:.\", replay: a.csv }\n", "2:3: sensors.c: 2 sources: camera, replay", ""},
	{"a key of another source", "sensors:\n  c: { replay: a.csv, chip: bme280 }\n", "2:29: sensors.c.chip: does not belong to a replay", "keys of a replay: repeat"},
	{"no chip", "sensors: { a: { i2c: 1 } }\n", "1:12: sensors.a: no chip", "known chips: " + known},
	{"a series for a real chip", "sensors: { a: { i2c: 1, chip: bme280, series: a.csv } }\n",
		"1:47: sensors.a.series: only a simulated chip can feel a series", "use i2c: sim, or replay: without a chip"},
	{"two chips in one place", "sensors:\n  a: { i2c: 1, chip: bme280 }\n  b: { i2c: /dev/i2c-1, chip: bmp280 }\n",
		"3:3: sensors.b: address 0x76 of bus 1 is that of sensor a already", "each chip has an address of its own; give the one that its pins set"},
	{"too often for IIO", "sensors: { a: { iio: any, every: 1ms } }\n", "1:34: sensors.a.every: 1ms is below 10ms", ""},
	{"a chip's key at IIO", "sensors: { a: { iio: bme280, chip: bme280 } }\n", "1:36: sensors.a.chip: does not belong to a iio", "keys of a iio: every"},
	{"too often for a chip", "sensors: { a: { i2c: 1, chip: scd4x, every: 1s } }\n", "1:45: sensors.a.every: 1s is below 5s", ""},
	{"a chip's key at another", "sensors: { a: { i2c: 1, chip: bh1750, gain: 2 } }\n", "1:45: sensors.a.gain: a bh1750 has no gain", ""},
	{"a channel that none has", "sensors: { a: { i2c: 1, chip: ads1115, channels: [0, 4] } }\n",
		`1:54: sensors.a.channels[1]: "4" is not a channel`, "known here: 0, 1, 2, 3, 0-1, 0-3, 1-3, 2-3"},
	{"a channel twice", "sensors: { a: { i2c: 1, chip: ads1115, channels: [0-1, 0-1] } }\n",
		`1:56: sensors.a.channels[1]: channel 0-1 twice`, ""},
	{"a gain between two", "sensors: { a: { i2c: 1, chip: ads1015, gain: 3 } }\n",
		`1:46: sensors.a.gain: "3" is not a gain`, "known here: 2/3, 1, 2, 4, 8, 16"},
	{"more current than a shunt bears", "sensors: { a: { i2c: 1, chip: ina219, max_current: 5 } }\n",
		"1:52: sensors.a.max_current: 5 A through a shunt of 0.1 Ω are 0.5 V; the chip measures up to 0.32 V", "shunt is in ohms, max_current in amperes"},
	{"a shunt below nothing", "sensors: { a: { i2c: 1, chip: ina219, shunt: -1 } }\n",
		"1:46: sensors.a.shunt: want above 0, got -1", ""},
	{"an unknown chip", "sensors: { a: { i2c: 1, chip: bme289 } }\n", `1:31: sensors.a.chip: "bme289" is not a chip that this version reads`,
		"did you mean bme280? Known here: " + known},
	{"a name that is no topic", "sensors: { \"a/b\": { i2c: sim, chip: bme280 } }\n", `1:12: sensors.a/b: "a/b" cannot be part of an MQTT topic`, "use letters, digits, _ and -"},
	{"a name of the daemon's own", "sensors: { info: { i2c: sim, chip: bme280 } }\n", `1:12: sensors.info: "info" is a topic of the daemon's own`, ""},
	{"a pipeline named as a sensor", sensors + "pipelines: { cam: { encoders: [{ sensor: mic, model: m }] } }\n",
		`2:14: pipelines.cam: "cam" is a sensor's name too; names become topics and stand once`, ""},
	{"a broker of another protocol", "mqtt: { broker: http://a }\n" + sensors, `1:17: mqtt.broker: unknown scheme "http"`, "write mqtt://HOST:1883, mqtts://HOST:8883, ws://HOST/PATH, wss://HOST/PATH or embedded"},
	{"a broker without scheme", "mqtt: { broker: broker.lan }\n" + sensors, "1:17: mqtt.broker: not a broker's address", ""},
	{"a password in the address", "mqtt: { broker: \"mqtt://u:hunter2@a\" }\n" + sensors, "1:17: mqtt.broker: a user or password in the address", "use username and password_file"},
	{"a port out of range", "mqtt: { broker: \"mqtt://a:0\" }\n" + sensors, `1:17: mqtt.broker: "a:0" is not a host with a port`, ""},
	{"a CA without TLS", "mqtt: { broker: \"mqtt://a\", ca_file: c }\n" + sensors, "1:17: mqtt.broker: ca_file needs a mqtts:// or wss:// broker", ""},
	{"a path without a websocket", "mqtt: { broker: \"mqtt://a/b\" }\n" + sensors, "1:17: mqtt.broker: a mqtt:// address has no path", ""},
	{"a bus of no name", "sensors: { a: { i2c: \"\", chip: bme280 } }\n", "1:22: sensors.a.i2c: \"\" is not a bus; write a number, as in i2c: 1, or sim", ""},
	{"a certificate without TLS", "mqtt: { broker: \"ws://a\", client_cert_file: c, client_key_file: k }\n" + sensors, "1:17: mqtt.broker: client_cert_file needs a mqtts:// or wss:// broker", ""},
	{"a certificate without its key", "mqtt: { broker: \"mqtts://a\", client_cert_file: c }\n" + sensors, "1:48: mqtt.client_cert_file: a certificate without its key", "add client_key_file"},
	{"a key without its certificate", "mqtt: { broker: \"mqtts://a\", client_key_file: k }\n" + sensors, "1:47: mqtt.client_key_file: a key without its certificate", "add client_cert_file"},
	{"ALPN over HTTP", "mqtt: { broker: \"wss://a\", alpn: mqtt }\n" + sensors, "1:17: mqtt.broker: wss:// is HTTP, and asks for that by itself", "write mqtts://, or leave out alpn"},
	{"an empty ALPN", "mqtt: { broker: \"mqtts://a\", alpn: [\"\"] }\n" + sensors, "1:30: mqtt.alpn: a protocol's name has 1 to 255 bytes, got 0", ""},
	{"a server's name with a port", "mqtt: { broker: \"mqtts://a\", server_name: \"b:8883\" }\n" + sensors, `1:43: mqtt.server_name: "b:8883" is not a host's name`, "write the name in the broker's certificate, as broker.lan"},
	{"a user twice", "mqtt: { username: u, username_file: f }\n" + sensors, "1:37: mqtt.username_file: username and username_file", "leave out one of the two"},
	{"a second broker of another protocol", "mqtt: { broker: [mqtt://a, http://b] }\n" + sensors, `1:28: mqtt.broker[1]: unknown scheme "http"`, ""},
	{"a second broker in the clear", "mqtt: { broker: [mqtts://a, ws://b] }\n" + sensors, "1:29: mqtt.broker[1]: one broker is encrypted and one is not", "encrypt all or none: who cuts off the one would get the password in the clear"},
	{"a broker twice", "mqtt: { broker: [mqtt://a, mqtt://a] }\n" + sensors, "1:28: mqtt.broker[1]: the same broker stands twice", ""},
	{"a spare for the embedded broker", "mqtt: { broker: [embedded, mqtt://a] }\n" + sensors, "1:9: mqtt.broker: the embedded broker stands alone", ""},
	{"an outbox of nothing", "mqtt: { outbox: { limit: 1KiB } }\n" + sensors, "1:26: mqtt.outbox.limit: 1024 bytes; want at least 65536", "write it as 256MiB"},
	{"a topic that all devices share", "mqtt: { topics: { prefix: home } }\n" + sensors, `1:27: mqtt.topics.prefix: "home" lacks {device}`, ""},
	{"a quality that MQTT has not", "mqtt: { qos: { event: 3 } }\n" + sensors, `1:23: mqtt.qos.event: "3" is not a quality of service; write 0, 1 or 2`, ""},
	{"a password without user", "mqtt: { password_file: p }\n" + sensors, "1:24: mqtt.password_file: a password without a user name", "add username"},
	{"no encoders", sensors + "pipelines: { p: { every: 1s } }\n", "2:14: pipelines.p: no encoders", ""},
	{"an encoder of an unknown sensor", sensors + "pipelines: { p: { encoders: [{ sensor: can, model: m }] } }\n",
		`2:40: pipelines.p.encoders[0].sensor: no sensor is named "can"`, "did you mean cam? Known here: cam, mic"},
	{"an empty encoder", sensors + "pipelines: { p: { encoders: [{}] } }\n",
		"2:30: pipelines.p.encoders[0]: no sensor\n2:30: pipelines.p.encoders[0]: no model", ""},
	{"an encoder twice", sensors + "pipelines: { p: { encoders: [{ sensor: cam, model: m }, { sensor: cam, model: m }] } }\n",
		"2:57: pipelines.p.encoders[1]: the same sensor and model as encoders[0]", ""},
	{"an unknown task", sensors + "pipelines: { p: { encoders: [{ sensor: cam, model: m, task: caption }] } }\n",
		`2:61: pipelines.p.encoders[0].task: "caption" is not labels, detections or yolo`, ""},
	{"boxes in inches", sensors + "pipelines: { p: { encoders: [{ sensor: cam, model: m, task: yolo, boxes: inches }] } }\n",
		`2:74: pipelines.p.encoders[0].boxes: unknown unit of boxes "inches"`, "known: fractions, pixels"},
	{"a threshold above 1", sensors + "pipelines: { p: { encoders: [{ sensor: cam, model: m, threshold: 60 }] } }\n",
		"2:66: pipelines.p.encoders[0].threshold: 60 is not between 0 and 1", ""},
	{"a threshold that is no number", sensors + "pipelines: { p: { encoders: [{ sensor: cam, model: m }], heads: { labels: { threshold: nan } } } }\n",
		"2:88: pipelines.p.heads.labels.threshold: NaN is not between 0 and 1", ""},
	{"sound from a camera", sensors + "pipelines: { p: { encoders: [{ sensor: cam, model: m, input: { kind: mfcc } }] } }\n",
		"2:70: pipelines.p.encoders[0].input.kind: mfcc cannot be made from this sensor", ""},
	{"an unknown crop", sensors + "pipelines: { p: { encoders: [{ sensor: cam, model: m, input: { crop: left } }] } }\n",
		`2:70: pipelines.p.encoders[0].input.crop: unknown crop "left"`, "known: none, center"},
	{"gaps filled in", sensors + "pipelines: { p: { encoders: [{ sensor: cam, model: m, input: { missing: zero } }] } }\n",
		`2:73: pipelines.p.encoders[0].input.missing: unknown way to treat what is missing "zero"`, "known: mask"},
	{"a story of nobody", "sim: { seed: -1, length: 5s }\n" + sensors, "1:14: sim.seed: -1 is not above 0\n1:26: sim.length: 5s is below 10s", ""},
	{"a room that stands still", "sim: { speed: -1, lead: 2h }\n" + sensors, "1:15: sim.speed: -1 is outside 0.01 to 1000\n1:25: sim.lead: 2h0m0s is above 1h0m0s", ""},
	{"a room's time in words", "sim: { start: noon }\n" + sensors, "1:15: sim.start: \"noon\" is not a time; write it as 2026-01-01T12:00:00Z", ""},
	{"a fast room and a real camera", "sim: { speed: 10 }\nsensors: { cam: { camera: any } }\n",
		"2:12: sensors.cam: keeps the world's time, and the room has its own", "beside sim.speed and sim.start sensors are camera: sim, microphone: sim, or i2c: sim without a chip"},
	{"a fault that nobody knows", "sensors: { c: { camera: sim, fault: { kind: deaf, for: 48h } } }\n",
		"1:45: sensors.c.fault.kind: unknown fault \"deaf\"\n1:56: sensors.c.fault.for: 48h0m0s is above 24h0m0s", "known: silent, late, fast, jump, garbage"},
	{"a fault of a real camera", "sensors: { c: { camera: any, fault: { kind: late } } }\n",
		"1:30: sensors.c.fault: belongs to simulated sensors", "camera: sim, microphone: sim and i2c: sim break at will"},
	{"a story of a day", "sim: { length: 24h }\n" + sensors, "1:16: sim.length: 24h0m0s is above 1h0m0s", "sensors tell the story over and over"},
	{"a size of the simulated camera", "sensors: { c: { camera: sim, size: 640x480 } }\n", "1:36: sensors.c.size: belongs to a camera that is not simulated", ""},
	{"the end of the simulated microphone", "sensors: { m: { microphone: sim, repeat: true } }\n", "1:42: sensors.m.repeat: belongs to a recording", ""},
	{"the rate of the simulated microphone", "sensors: { m: { microphone: sim, rate: 8000 } }\n", "1:40: sensors.m.rate: belongs to a live microphone", ""},
	{"the address of all chips", "sensors: { a: { i2c: sim, address: 0x76 } }\n", "1:36: sensors.a.address: belongs to a single chip", ""},
	{"a caption of nothing", sensors + "pipelines: { p: { encoders: [{ sensor: cam, model: m }], heads: { caption: { model: c } } } }\n",
		"2:67: pipelines.p.heads.caption: a caption's model needs a fusion model, whose findings it says", "add fusion: { model: FILE.tflite }"},
	{"a caption in French", captions("languages: [en, fr]"), `2:78: pipelines.p.heads.caption.languages: no language "fr"`, "known: de, en"},
	{"a caption twice", captions("languages: [en, en]"), `2:78: pipelines.p.heads.caption.languages: "en" stands twice`, ""},
	{"a beam of no model", captions("beam: 3"), "2:84: pipelines.p.heads.caption.beam: there is no model", "add model: FILE.tflite, or leave it out"},
	{"a caption of what is", captions("settle: 2m"), "2:86: pipelines.p.heads.caption.settle: 2m0s is above 1m0s", ""},
	{"readings of nobody", captions("readings: [ari.temperature]"), `2:78: pipelines.p.heads.caption.readings: no sensor is named "ari"`, "known here: air, cam"},
	{"readings of a camera", captions("readings: cam"), `2:88: pipelines.p.heads.caption.readings: "cam" gives no readings`, "a model tells of pictures and sound"},
	{"a zone without an edge", captions("zones: { door: { box: [0, 1] } }"), "2:87: pipelines.p.heads.caption.zones.door: a zone has four edges",
		"write box: [LEFT, TOP, RIGHT, BOTTOM] in fractions of the picture, as [0, 0.2, 0.3, 1]"},
	{"a zone outside", captions("zones: { door: { box: [0, 0, 2, 1] } }"), "2:107: pipelines.p.heads.caption.zones.door.box[2]: 2 is not between 0 and 1", ""},
	{"a zone of nothing", captions("zones: { door: { box: [0.5, 0, 0.5, 1], words: { fr: la } } }"),
		"2:95: pipelines.p.heads.caption.zones.door.box: [0.5 0 0.5 1] holds nothing\n" + `2:127: pipelines.p.heads.caption.zones.door.words.fr: no language "fr"`, ""},
	{"words of no use", captions("words: { de: { cat: [a, b, c] } }"), `2:93: pipelines.p.heads.caption.words.de.cat: 3 forms of "cat"`,
		"write [a forklift, forklifts], or a sentence with its full stop"},
	{"a caption of two minds", sensors + "pipelines: { p: { encoders: [{ sensor: cam, model: m }], fusion: { model: f }, heads: { caption: { model: c, settle: 1s } } } }\n",
		"2:118: pipelines.p.heads.caption.settle: the model's sentences are its own", "leave out one of the two"},
	{"a caption now and then", sensors + "pipelines: { p: { encoders: [{ sensor: cam, model: m }], fusion: { model: f }, heads: { caption: { model: c, when: often } } } }\n",
		`2:116: pipelines.p.heads.caption.when: unknown time "often"`, "known: changed, always"},
	{"a track that is never one", sensors + "pipelines: { p: { encoders: [{ sensor: cam, model: m }], heads: { detections: { track: true, confirm: 5000 } } } }\n",
		"2:103: pipelines.p.heads.detections.confirm: 5000 pictures; want 1 to 1000", ""},
	{"coasting without tracks", sensors + "pipelines: { p: { encoders: [{ sensor: cam, model: m }], heads: { detections: { coast: 1s } } } }\n",
		"2:88: pipelines.p.heads.detections.coast: without tracks there is nothing to coast", "add track: true"},
	{"stale before it is new", sensors + "pipelines: { p: { encoders: [{ sensor: cam, model: m }], fusion: { model: f, stale_after: 100ms } } }\n",
		"2:91: pipelines.p.fusion.stale_after: 100ms is below 500ms", ""},
	{"an encoder that is stale before it is new", sensors + "pipelines: { p: { encoders: [{ sensor: cam, model: m, every: 3s }], fusion: { model: f } } }\n",
		"2:62: pipelines.p.encoders[0].every: 3s is above 2s, after which the fusion model takes it for missing", "raise fusion.stale_after, or lower every"},
	{"a budget of nothing", sensors + "pipelines: { p: { budget: 1us, encoders: [{ sensor: cam, model: m }] } }\n",
		"2:27: pipelines.p.budget: 1µs is below 1ms", ""},
	{"a gate of nothing", sensors + "pipelines: { p: { encoders: [{ sensor: cam, model: m, gate: {} }] } }\n",
		"2:55: pipelines.p.encoders[0].gate: want one of motion and level", "write { motion: 0.02 } or { level: -50dB }"},
	{"a camera that listens", sensors + "pipelines: { p: { encoders: [{ sensor: cam, model: m, gate: { level: -40 } }] } }\n",
		"2:70: pipelines.p.encoders[0].gate.level: only a microphone has a level", "a camera has motion"},
	{"a microphone that sees", sensors + "pipelines: { p: { encoders: [{ sensor: mic, model: m, gate: { motion: 2 } }] } }\n",
		"2:71: pipelines.p.encoders[0].gate.motion: 2 is not between 0 and 1\n2:71: pipelines.p.encoders[0].gate.motion: only a camera sees motion", ""},
	{"a level above all", sensors + "pipelines: { p: { encoders: [{ sensor: mic, model: m, gate: { level: 3dB } }] } }\n",
		"2:70: pipelines.p.encoders[0].gate.level: 3dB is not between -120 dB, which is silence, and 0 dB, full scale", ""},
	{"a level in words", sensors + "pipelines: { p: { encoders: [{ sensor: mic, model: m, gate: { level: low } }] } }\n",
		`2:70: pipelines.p.encoders[0].gate.level: "low" is not a level; write it as -50dB`, ""},
	{"an encoder in a hurry", sensors + "pipelines: { p: { encoders: [{ sensor: cam, model: m, every: 1us }] } }\n",
		"2:62: pipelines.p.encoders[0].every: 1µs is below 1ms", ""},
	{"an embedding for nobody", sensors + "pipelines: { p: { encoders: [{ sensor: cam, model: m, task: embedding }] } }\n",
		`2:61: pipelines.p.encoders[0].task: "embedding" is not labels, detections or yolo`, "embedding needs a fusion model beside it"},
	{"two eyes as one", sensors + "pipelines: { p: { encoders: [{ sensor: [cam, cam], model: m }] } }\n",
		`2:32: pipelines.p.encoders[0].sensor: "cam" gives no readings, and only those can be taken together`, "give it an encoder of its own"},
	{"a deviation of 0", sensors + "pipelines: { p: { encoders: [{ sensor: cam, model: m, input: { std: [1, 0] } }] } }\n",
		"2:73: pipelines.p.encoders[0].input.std[1]: 0 is not above 0", ""},
}

func TestErrorsSayWhereAndWhat(t *testing.T) {
	for _, c := range slices.Concat(badConfigs, badAlerts) {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse("edged.yaml", []byte(c.yaml))
			var all Errors
			if !errors.As(err, &all) {
				t.Fatalf("got %v, want Errors", err)
			}
			if got := strings.ReplaceAll(err.Error(), "edged.yaml:", ""); got != strings.TrimPrefix(c.want, "edged.yaml:") &&
				err.Error() != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
			if c.hint != "" && all[0].Hint != c.hint {
				t.Errorf("got the hint %q, want %q", all[0].Hint, c.hint)
			}
		})
	}
}

func TestNoErrorHoldsAPassword(t *testing.T) {
	_, err := Parse("edged.yaml", []byte("mqtt: { broker: \"mqtt://u:hunter2@a:b\" }\n"+sensors))
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("got %v, want an error without the password", err)
	}
}

func TestAFileThatIsNoConfigIsNotParsed(t *testing.T) {
	_, err := Parse("edged.yaml", make([]byte, largestFile+1))
	if want := "edged.yaml: 1048577 bytes; want at most 1048576"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

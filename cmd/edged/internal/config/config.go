package config

import (
	"edged/models"
	"edged/pipelines/publish/command"
)

// Config is one edged.yaml, with its defaults filled in and its paths made absolute.
type Config struct {
	// Who this daemon is.
	Device Device `yaml:"device,omitempty"`
	// The broker that gets the events.
	MQTT MQTT `yaml:"mqtt,omitempty"`
	// The story of the simulated room, if a sensor is simulated: sim as a camera, a microphone, or in place of an I²C bus.
	Sim *Sim `yaml:"sim,omitempty"`
	// The sensors by name. A name becomes part of MQTT topics.
	Sensors map[string]*Sensor `yaml:"sensors,omitempty"`
	// The pipelines by name. A name becomes part of MQTT topics.
	Pipelines map[string]*Pipeline `yaml:"pipelines,omitempty"`
	// What alerts need across a restart.
	Alerts Alerts `yaml:"alerts,omitempty"`
	// Where pictures and sound of alerts are kept.
	Media Media `yaml:"media,omitempty"`
	// What never leaves memory.
	Privacy Privacy `yaml:"privacy,omitempty"`
	// TensorFlow Lite, for encoders that run on it.
	TFLite TFLite `yaml:"tflite,omitempty"`
	// What edged is not to pass. Default: nothing.
	Limits Bounds `yaml:"limits,omitempty"`

	file   string
	text   string           // of the file
	places map[string]place // where each value and key was written, by its path
}

// Device is the machine edged runs on.
type Device struct {
	// The name in the MQTT topics, edged/<id>/…. Default: the host's name.
	ID string `yaml:"id,omitempty"`
}

// MQTT says where events go.
type MQTT struct {
	// mqtt://HOST:PORT, mqtts://HOST:PORT, ws://HOST/PATH, wss://HOST/PATH, or "embedded" for a broker of edged's own on
	// the loopback interface. Or a list of brokers, which are tried in order, all encrypted or none. Default:
	// mqtt://127.0.0.1:1883.
	Broker Names `yaml:"broker,omitempty"`
	// The user name to give to the broker.
	Username string `yaml:"username,omitempty"`
	// A file with the user name on its first line, in place of username.
	UsernameFile string `yaml:"username_file,omitempty"`
	// A file with the password on its first line. Without it the environment variable EDGED_MQTT_PASSWORD counts.
	PasswordFile string `yaml:"password_file,omitempty"`
	// A PEM file of the authorities to trust for mqtts, in place of the system's.
	CAFile string `yaml:"ca_file,omitempty"`
	// A PEM file with the certificate to show to the broker. It is read for each connection, so that it may be renewed.
	ClientCertFile string `yaml:"client_cert_file,omitempty"`
	// A PEM file with the key of that certificate.
	ClientKeyFile string `yaml:"client_key_file,omitempty"`
	// The name that the broker's certificate must have. Default: the host in broker.
	ServerName string `yaml:"server_name,omitempty"`
	// The protocol to ask for over mqtts of a broker that shares its port with others, as x-amzn-mqtt-ca. Default: none.
	ALPN Names `yaml:"alpn,omitempty"`
	// Where events and readings wait for the broker.
	Outbox Outbox `yaml:"outbox,omitempty"`
	// Templates of the topics.
	Topics Topics `yaml:"topics,omitempty"`
	// MQTT's quality of service of each kind of message.
	QoS QoS `yaml:"qos,omitempty"`
	// homeassistant has Home Assistant find the device, by MQTT discovery; remove takes away what it has found before. Default:
	// it is told nothing.
	Discovery Discovery `yaml:"discovery,omitempty"`
	// The prefix of Home Assistant's discovery topics. Default: homeassistant.
	DiscoveryPrefix string `yaml:"discovery_prefix,omitempty"`
	// The labels that Home Assistant gets an entity for each of. Default: all labels of each model that has at most 32.
	DiscoveryLabels Names `yaml:"discovery_labels,omitempty"`
	// What whoever may publish to the broker may ask of edged, by a message to edged/<id>/request/<command>: ping, list,
	// describe, snapshot (the next picture of any camera), threshold (until the next start), mute, reload. Default: nothing.
	Commands []command.Verb `yaml:"commands,omitempty"`
}

// Sensor is one source of samples: exactly one of camera, microphone, i2c, iio and replay is set.
type Sensor struct {
	// Pictures: a V4L2 device as /dev/video0, name:PART-OF-ITS-NAME, usb:VENDOR:MODEL[:SERIAL] or any; rpicam[:NUMBER] for a
	// Raspberry Pi's camera; mjpeg+http://USER:PASSWORD@HOST/PATH or mjpeg+https:; exec:PROGRAM ARGUMENTS for a program that
	// writes pictures; dir:PATH for a folder of pictures, file:PATH for one; sim for the simulated room's.
	Camera string `yaml:"camera,omitempty"`
	// Sound: hw:CARD,DEVICE, name:PART of a card's name, usb:VENDOR:PRODUCT or any for a sound card, pulse or pulse:SOURCE for
	// a PulseAudio or PipeWire server, exec:PROGRAM ARGUMENTS for a program that writes samples, dir:PATH for a folder of WAV
	// files, file:PATH for one; sim for the simulated room's.
	Microphone string `yaml:"microphone,omitempty"`
	// Readings from a chip: the number of an I²C bus, or "sim" for a simulated chip, which feels
	// the simulated room if there is a story. sim without a chip gives what all chips of the room's box say.
	I2C Bus `yaml:"i2c,omitempty"`
	// Readings from a device of Linux's industrial I/O: its name, as in /sys/bus/iio/devices/*/name, its number,
	// iio:device0, or any.
	IIO string `yaml:"iio,omitempty"`
	// Readings from a CSV series with units; or whatever a sensor gave that edged has recorded: room.mcap#cam.
	Replay string `yaml:"replay,omitempty"`

	// Camera: pictures a second. Default: 10. Live microphone: samples a second, or the card's next above. Default: 16000.
	Rate float64 `yaml:"rate,omitempty"`
	// Live cameras: width and height in pixels, as 640x480. Default: 640x480, or what the camera has next to it.
	Size PictureSize `yaml:"size,omitempty"`
	// Live cameras: auto, rgb24, grey, yuyv, nv12, yuv420 or jpeg. Default: auto, the cheapest that the camera gives fast
	// enough; for exec it is jpeg. Live microphones: S16_LE, S32_LE, FLOAT_LE, S24_LE or S24_3LE. Default: the first of these
	// that the card has; for exec it is S16_LE.
	Format Format `yaml:"format,omitempty"`
	// Camera: sends a picture as JPEG to edged/<id>/<sensor>/snapshot, at most one in this time. Default: none.
	Snapshot Duration `yaml:"snapshot,omitempty"`
	// Recordings: start again at the end. Without it the sensor ends with its recording.
	Repeat bool `yaml:"repeat,omitempty"`
	// Microphone: the time from one level to the next, sent in dBFS as a reading, or off. Default: 1s.
	LevelEvery Interval `yaml:"level_every,omitempty"`
	// I²C: the chip: bme280, scd4x, ads1115, …
	Chip Chip `yaml:"chip,omitempty"`
	// I²C: the chip's address on the bus. Default: the chip's usual one.
	Address Address `yaml:"address,omitempty"`
	// I²C, IIO: the time between two readings. Default: the chip's own, 1s as a rule.
	Every Duration `yaml:"every,omitempty"`
	// I²C, simulated: a CSV series with units that the chip feels, over and over.
	Series string `yaml:"series,omitempty"`
	// I²C, ads1015 and ads1115: what to measure: 0, 1, 2, 3, or 0-1, 0-3, 1-3, 2-3. Default: 0. Live microphone: how many
	// channels to record, or the card's next number above. Default: 1.
	Channels Channels `yaml:"channels,omitempty"`
	// I²C, ads1015 and ads1115: the amplifier: 2/3 for up to 6.144 V, 1 (4.096 V), 2, 4, 8 or 16. Default: 1.
	Gain Gain `yaml:"gain,omitempty"`
	// I²C, ina219: the shunt in ohms. Default: 0.1.
	Shunt float64 `yaml:"shunt,omitempty"`
	// I²C, ina219: the most current, in amperes, that is to be measured. Default: 3.2.
	MaxCurrent float64 `yaml:"max_current,omitempty"`
	// Simulated sensors: what goes wrong with it, and when.
	Fault *Fault `yaml:"fault,omitempty"`
}

// Kind returns the key that says what the sensor is: camera, microphone, i2c, iio or replay.
func (s *Sensor) Kind() string {
	switch {
	case s.Camera != "":
		return "camera"
	case s.Microphone != "":
		return "microphone"
	case s.I2C != "":
		return "i2c"
	case s.IIO != "":
		return "iio"
	}
	return "replay"
}

// Pipeline turns samples of some sensors into events.
type Pipeline struct {
	// The least time between two results of one encoder, or of the fusion model; samples in between are left out. Default:
	// 500ms.
	Every Duration `yaml:"every,omitempty"`
	// The CPU time that its models may take of each every. When they want more, those that want most run less often: events
	// say so, and health counts it. Default: nine tenths of all cores, for all pipelines together.
	Budget Duration `yaml:"budget,omitempty"`
	// A sensor silent for longer than this makes events degraded. Default: 2s.
	StaleAfter Duration `yaml:"stale_after,omitempty"`
	// The models, each reading one sensor, or several of one kind.
	Encoders []*Encoder `yaml:"encoders,omitempty"`
	// The model that joins what the encoders found. Encoders then make no events of their own, unless their task says so.
	Fusion *Fusion `yaml:"fusion,omitempty"`
	// How outputs become words.
	Heads Heads `yaml:"heads,omitempty"`
	// What it tells people of, once when it begins and once when it is over, by name. A name becomes part of MQTT topics.
	Alerts map[string]*Alert `yaml:"alerts,omitempty"`
	// The sum of each hour and day. Default: none.
	Digest *Digest `yaml:"digest,omitempty"`
}

// Encoder is one model at work on one sensor's samples. What its card says need not be said here; what is said here
// counts over the card.
type Encoder struct {
	// The name of the sensor it reads, or a list of those whose readings it takes together.
	Sensor Names `yaml:"sensor,omitempty"`
	// A .tflite file, or the name of a built-in model.
	Model string `yaml:"model,omitempty"`
	// A smaller model, a file or built in, that takes its place where nothing else keeps the limits. It has the same inputs and
	// outputs, and its classes are the same. Not beside a fusion model. Default: none.
	Smaller string `yaml:"smaller,omitempty"`
	// A file with one label a line, in the order of the model's outputs.
	Labels string `yaml:"labels,omitempty"`
	// What the outputs are: labels (one score per class), detections (of an SSD: boxes, classes, scores, and how many) or yolo
	// (all in one). Beside a fusion model: embedding makes no events of them, which is the default there; the others do both.
	Task models.Task `yaml:"task,omitempty"`
	// The least time between two of its results. Default: the pipeline's every.
	Every Duration `yaml:"every,omitempty"`
	// Task yolo: whether the model gives boxes in fractions of the picture or in pixels of its input. Default: fractions.
	Boxes models.Boxes `yaml:"boxes,omitempty"`
	// Lets it rest while its input stays as it is.
	Gate *Gate `yaml:"gate,omitempty"`
	// How a sample becomes the model's input.
	Input *Input `yaml:"input,omitempty"`
	// Threads of the engine at most. Those beyond the first are the processors' that other models leave free. Default: 1.
	Threads int `yaml:"threads,omitempty"`
	// What runs the model: builtin, tflite, or auto, which is tflite for an encoder with a delegate and for operators that
	// builtin lacks. Default: auto.
	Engine string `yaml:"engine,omitempty"`
	// The key of the model's signature to run. Default: its main graph.
	Signature string `yaml:"signature,omitempty"`
	// The accelerator that TensorFlow Lite uses.
	Delegate *Delegate `yaml:"delegate,omitempty"`
	// Leaves out labels or detections with a lower score, in place of the head's threshold.
	Threshold *float64 `yaml:"threshold,omitempty"`
	// The most labels or detections of one event, in place of the head's top.
	Top int `yaml:"top,omitempty"`
}

// Input says how a sample becomes a model's input tensor: a value v enters as (v − mean)/std.
type Input struct {
	// What it is made from: image, micro_speech, mfcc, log_mel, waveform or vector.
	Kind models.Kind `yaml:"kind,omitempty"`
	// Subtracted from every value; one number, or one for each channel or field.
	Mean []float64 `yaml:"mean,omitempty"`
	// Then divided by; one number, or one for each channel or field.
	Std []float64 `yaml:"std,omitempty"`
	// A picture: none squeezes all of it to the model's shape; center takes the largest part of that shape, in the middle.
	// Boxes are then in fractions of that part. Default: none.
	Crop models.Crop `yaml:"crop,omitempty"`
	// Sound: samples a second that the model wants. Default: 16000.
	Rate int `yaml:"rate,omitempty"`
	// Kind micro_speech: the front-end model, a .tflite file or the name of a built-in model.
	Frontend string `yaml:"frontend,omitempty"`
	// Kind vector: the names of the readings, in order.
	Fields []string `yaml:"fields,omitempty"`
	// Kind vector: mask makes missing values 0, and gives the model behind each row's values which are there. Default: a
	// reading without all fields is an error.
	Missing models.Missing `yaml:"missing,omitempty"`
	// Kind vector with missing: the time of a row, which holds the newest value in it of each field.
	Period Duration `yaml:"period,omitempty"`
}

// Heads says how outputs become words, by the encoder's task.
type Heads struct {
	// Encoders with a score for each class.
	Labels Limits `yaml:"labels,omitempty"`
	// Encoders that find objects.
	Detections Detections `yaml:"detections,omitempty"`
	// What is found in sentences.
	Caption *Caption `yaml:"caption,omitempty"`
}

// Limits keeps events short.
type Limits struct {
	// Leaves out what has a lower score, 0 to 1. Default: what the model's card says of each label, or 0.5.
	Threshold *float64 `yaml:"threshold,omitempty"`
	// The most entries of one event, highest score first. Default: 5.
	Top int `yaml:"top,omitempty"`
}

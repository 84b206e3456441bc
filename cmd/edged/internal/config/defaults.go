package config

import (
	"os"
	"path/filepath"
	"strings"
	"time"
)

// The defaults that edged.yaml need not say; the comments of the struct fields, and so the schema, repeat them.
const (
	defaultBroker     = "mqtt://127.0.0.1:1883"
	defaultRateHz     = 10
	defaultEvery      = Duration(time.Second)
	defaultPeriod     = Duration(500 * time.Millisecond)
	defaultStale      = Duration(2 * time.Second)
	defaultLabels     = 5
	defaultDetections = 20
)

// DefaultThreshold is the least score if neither the config nor a card says one.
const DefaultThreshold = 0.5

// newPipeline returns a Pipeline before its keys are read.
func newPipeline() *Pipeline {
	return &Pipeline{
		Every:      defaultPeriod,
		StaleAfter: defaultStale,
		Heads: Heads{
			Labels:     Limits{Top: defaultLabels},
			Detections: Detections{Top: defaultDetections},
		},
	}
}

// fillIn adds the defaults that depend on other keys and makes every path absolute.
func (c *Config) fillIn() {
	if c.Device.ID == "" {
		c.Device.ID = hostID()
	}
	c.fillInMQTT()
	c.fillInOutbox()
	c.MQTT.fillInDiscovery()
	c.fillInTFLite()
	c.fillInSim()
	c.fillInAlerts()
	c.fillInMedia()
	for _, s := range c.Sensors {
		c.fillInSensor(s)
	}
	for _, p := range c.Pipelines {
		for _, e := range p.Encoders {
			c.fillInEncoder(e)
		}
		c.fillInFusion(p)
		p.Heads.Detections.fillIn()
	}
}

func (c *Config) fillInMQTT() {
	m := &c.MQTT
	if len(m.Broker) == 0 || len(m.Broker) == 1 && m.Broker[0] == "" {
		m.Broker = Names{defaultBroker}
	}
	for _, path := range []*string{&m.UsernameFile, &m.PasswordFile, &m.CAFile, &m.ClientCertFile, &m.ClientKeyFile} {
		*path = c.absolute(*path)
	}
}

func (c *Config) fillInSensor(s *Sensor) {
	if s.Camera != "" && s.Rate == 0 {
		s.Rate = defaultRateHz
	}
	fillInChip(s)
	if s.IIO != "" && s.Every == 0 {
		s.Every = defaultEvery
	}
	fillInMicrophone(s)
	s.Camera = c.absoluteRecording(s.Camera)
	s.Microphone = c.absoluteRecording(s.Microphone)
	s.Replay = c.absolute(s.Replay)
	s.Series = c.absolute(s.Series)
}

func (c *Config) fillInEncoder(e *Encoder) {
	c.fillInEngine(e)
	if IsFile(e.Model) {
		e.Model = c.absolute(e.Model)
	}
	if IsFile(e.Smaller) {
		e.Smaller = c.absolute(e.Smaller)
	}
	e.Labels = c.absolute(e.Labels)
	if e.Input != nil && IsFile(e.Input.Frontend) {
		e.Input.Frontend = c.absolute(e.Input.Frontend)
	}
}

// IsFile tells a model's file from the name of a built-in model: it has a folder or ends in .tflite.
func IsFile(model string) bool {
	return strings.ContainsRune(model, '/') || strings.HasSuffix(model, ".tflite")
}

// absolute resolves a path relative to the config file's folder.
func (c *Config) absolute(path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	joined := filepath.Join(filepath.Dir(c.file), path)
	if abs, err := filepath.Abs(joined); err == nil {
		return abs
	}
	return joined
}

func (c *Config) absoluteRecording(s string) string {
	path, dir, ok := Recording(s)
	switch {
	case !ok:
		return s
	case dir:
		return "dir:" + c.absolute(path)
	default:
		return "file:" + c.absolute(path)
	}
}

// hostID makes a device id of the host's name: what may not stand in a topic becomes "-".
func hostID() string {
	name, err := os.Hostname()
	if err != nil || name == "" {
		return "edged"
	}
	id := []byte(name)
	for i, b := range id {
		if !nameByte(b) {
			id[i] = '-'
		}
	}
	return strings.Trim(string(id[:min(len(id), longestName)]), "-_")
}

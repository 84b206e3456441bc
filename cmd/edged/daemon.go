package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"edged/cmd/edged/internal/config"
	"edged/models"
	"edged/pipelines"
	"edged/pipelines/publish"
	"edged/pipelines/publish/broker"
	"edged/pipelines/publish/mqtt"
	"edged/runtime"
	"edged/sensors/i2c"
)

// daemon is a config made into running parts. What cannot be opened is left out and logged.
type daemon struct {
	surroundings
	config *config.Config
	group  *pipelines.Group
	broker *broker.Broker // nil unless embedded
	buses  i2c.Buses

	sensors  map[string]*sensor
	encoders map[string][]encoder // by pipeline
}

// surroundings are what a daemon gets beside its config.
type surroundings struct {
	log *slog.Logger
	env func(key string) string
	tap func(topic string, payload []byte) // sees what reaches the embedded broker; may be nil
}

// encoder is one encoder of the config, its model open.
type encoder struct {
	sensor *sensor
	model  *model
	attach attachment
}

// newDaemon opens all that c names. It is an error if nothing of it is left, or if the broker's settings are wrong.
func newDaemon(c *config.Config, s surroundings) (*daemon, error) {
	d := &daemon{surroundings: s, config: c, sensors: map[string]*sensor{}, encoders: map[string][]encoder{}}
	if err := d.open(); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

func (d *daemon) open() error {
	d.openSensors()
	d.openEncoders()
	if !d.useful() {
		return hinted{fmt.Errorf("%s: nothing is left to run", d.config.File()), "edged check says what is missing; a camera or microphone needs a pipeline"}
	}
	d.group = pipelines.NewGroup(pipelines.Options{StopWhenDone: true, Log: d.log})
	sink, err := d.openPublisher()
	if err != nil {
		return err
	}
	d.group.Serve("mqtt", sink.Run)
	return d.connect(sink)
}

// openSensors opens the sensors, in the order of their names.
func (d *daemon) openSensors() {
	for _, name := range slices.Sorted(maps.Keys(d.config.Sensors)) {
		s, err := openSensor(name, d.config.Sensors[name], &d.buses)
		if err != nil {
			d.log.Error(err.Error() + "; left out")
			continue
		}
		d.sensors[name] = s
	}
}

// openEncoders opens the model of each encoder whose sensor is there.
func (d *daemon) openEncoders() {
	for _, name := range slices.Sorted(maps.Keys(d.config.Pipelines)) {
		p := d.config.Pipelines[name]
		for _, c := range p.Encoders {
			e, err := d.openEncoder(c, p)
			if err != nil {
				d.log.Error(fmt.Sprintf("pipeline %q: encoder on sensor %q: %v; left out", name, c.Sensor, err))
				continue
			}
			d.encoders[name] = append(d.encoders[name], e)
		}
	}
}

// openEncoder opens one encoder: its model, as its card and then the config describe it.
func (d *daemon) openEncoder(c *config.Encoder, p *config.Pipeline) (encoder, error) {
	s := d.sensors[c.Sensor]
	if s == nil {
		return encoder{}, errors.New("the sensor was left out")
	}
	m, err := openModel(c.Model, runtime.Options{Threads: c.Threads})
	if err != nil {
		return encoder{}, err
	}
	attach, err := describe(m, s, c, p)
	if err != nil {
		return encoder{}, errors.Join(fmt.Errorf("%s: %w", m.name, err), m.Close())
	}
	return encoder{s, m, attach}, nil
}

// describe says of m what the config does, and finds out how it is fed and read.
func describe(m *model, s *sensor, c *config.Encoder, p *config.Pipeline) (attachment, error) {
	if err := overlay(&m.card, c); err != nil {
		return nil, err
	}
	if err := m.decodeWith(c, &p.Heads); err != nil {
		return nil, err
	}
	if m.card.Input.Kind == models.MicroSpeech {
		front, err := m.frontEnd() // which is otherwise opened with the first sound
		if err != nil {
			return nil, err
		}
		if err := front.Close(); err != nil {
			return nil, err
		}
	}
	return s.prepare(m, time.Duration(p.Every))
}

// useful says whether there is an encoder, or a sensor whose readings are published as they are.
func (d *daemon) useful() bool {
	for _, s := range d.sensors {
		if s.readings != nil {
			return true
		}
	}
	return len(d.encoders) > 0
}

// openPublisher makes the way to the broker, and the broker if it is embedded.
func (d *daemon) openPublisher() (*publish.Publisher, error) {
	c := &d.config.MQTT
	password, err := readPassword(c.PasswordFile, d.env)
	if err != nil {
		return nil, err
	}
	url := c.Broker
	if url == config.Embedded {
		if d.broker, err = broker.Serve(broker.Options{Log: d.log, Tap: d.tap}); err != nil {
			return nil, err
		}
		url = d.broker.URL()
		d.log.Info("embedded broker: serving " + url)
	}
	return publish.New(publish.Options{
		Device: d.config.Device.ID,
		Broker: mqtt.Options{URL: url, Username: c.Username, Password: password, CAFile: c.CAFile},
		Info:   d.info(),
		Stats:  d.group.Stats,
		Log:    d.log,
	})
}

// readPassword returns the first line of the file, or without one what the environment holds.
func readPassword(path string, env func(string) string) (string, error) {
	if path == "" {
		return env("EDGED_MQTT_PASSWORD"), nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("mqtt.password_file: %w", err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimSuffix(line, "\r"), nil
}

// connect joins sensors, encoders and sink.
func (d *daemon) connect(sink *publish.Publisher) error {
	inputs := map[*sensor]*pipelines.Input{}
	for _, name := range slices.Sorted(maps.Keys(d.sensors)) {
		s := d.sensors[name]
		inputs[s] = s.input(d.staleAfter(s), sink)
		if s.readings != nil {
			d.group.AddInput(inputs[s])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.encoders)) {
		p := pipelines.New(name, sink)
		for _, e := range d.encoders[name] {
			if err := e.attach(p, inputs[e.sensor]); err != nil {
				return err
			}
		}
		d.group.AddPipeline(p)
	}
	return nil
}

// staleAfter returns after how long a silent sensor is degraded: the shortest time of the pipelines that read it.
func (d *daemon) staleAfter(s *sensor) time.Duration {
	var least time.Duration
	for name, all := range d.encoders {
		for _, e := range all {
			if after := time.Duration(d.config.Pipelines[name].StaleAfter); e.sensor == s && (least == 0 || after < least) {
				least = after
			}
		}
	}
	return least
}

// info says what is running.
func (d *daemon) info() publish.Info {
	info := publish.Info{Version: thisBuild().Version, Board: boardName(), Engines: runtime.Engines()}
	for _, name := range slices.Sorted(maps.Keys(d.sensors)) {
		info.Sensors = append(info.Sensors, publish.SensorInfo{Name: name, Kind: d.sensors[name].kind})
	}
	known := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(d.encoders)) {
		p := publish.PipelineInfo{Name: name}
		for _, e := range d.encoders[name] {
			if !slices.Contains(p.Sensors, e.sensor.name) {
				p.Sensors = append(p.Sensors, e.sensor.name)
			}
			if !known[e.model.name] {
				known[e.model.name] = true
				info.Models = append(info.Models, publish.ModelInfo{Name: e.model.name, SHA256: e.model.sha256})
			}
		}
		info.Pipelines = append(info.Pipelines, p)
	}
	return info
}

// boardName returns what the device tree or the firmware calls this machine; empty if they say nothing.
func boardName() string {
	for _, path := range []string{"/proc/device-tree/model", "/sys/class/dmi/id/product_name"} {
		if text, err := os.ReadFile(path); err == nil {
			return strings.Trim(string(text), "\x00\n ")
		}
	}
	return ""
}

// run works until ctx ends or there is nothing left to do.
func (d *daemon) run(ctx context.Context) error {
	d.log.Info(fmt.Sprintf("running %d sensors and %d pipelines as %q", len(d.sensors), len(d.encoders), d.config.Device.ID))
	return d.group.Run(ctx)
}

// farewell is how long the embedded broker waits for its clients to leave.
const farewell = 200 * time.Millisecond

// Close closes all that is open; run must have returned.
func (d *daemon) Close() error {
	var closers []io.Closer
	for _, s := range d.sensors {
		closers = append(closers, s)
	}
	for _, all := range d.encoders {
		for _, e := range all {
			closers = append(closers, e.model)
		}
	}
	closers = append(closers, &d.buses)
	var errs []error
	for _, c := range closers {
		errs = append(errs, c.Close())
	}
	if d.broker != nil {
		ctx, cancel := context.WithTimeout(context.Background(), farewell)
		defer cancel()
		errs = append(errs, d.broker.Shutdown(ctx))
	}
	return errors.Join(errs...)
}

package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"edged/cmd/edged/internal/config"
	"edged/models"
	"edged/pipelines"
	"edged/pipelines/media"
	"edged/pipelines/publish/command"
	"edged/runtime"
	"edged/sensors"
	"edged/sensors/i2c"
)

// parts are the sensors and encoders that a config names, opened.
type parts struct {
	config  *config.Config
	tflite  runtime.TFLite // of all encoders, but for the delegate
	workers runtime.Workers
	threads *runtime.Pool // of all models; nil: each runs on one
	buses   i2c.Buses
	clock   *sensors.Clock // of the sensors; nil is the machine's
	faults  config.Errors  // what could not be opened, and is left out with all that needs it

	room     *simRoom // nil: no sensor tells a story
	sensors  map[string]*sensor
	encoders map[string][]encoder // by pipeline
	fusions  map[string]*fusion   // by pipeline

	narrators map[string]*narrator // by pipeline
	alerts    map[string]*alerting // by pipeline
	digests   map[string]*digester // by pipeline

	door   *media.Door
	keeper *media.Keeper
}

// encoder is one encoder of the config, its model open.
type encoder struct {
	sensors []*sensor
	model   *model
	attach  attachment
	every   time.Duration   // between its results
	share   pipelines.Share // in the pipeline's fusion
}

// openParts opens all that c names, as far as it can be opened.
func openParts(c *config.Config, env func(string) string) *parts {
	c.Media.Path = mediaPath(c, env)
	room, err := newSimRoom(c.Sim)
	w := &world{pulse: pulseOf(env), room: room}
	p := openPartsWith(c, tfliteOf(env), func(name string, c *config.Sensor, buses *i2c.Buses) (*sensor, error) {
		return openSensor(name, c, buses, w)
	})
	if all, ok := errors.AsType[config.Errors](err); ok {
		p.faults = append(all, p.faults...)
	} else if err != nil {
		p.leaveOut("sim.story", err)
	}
	p.room, p.clock = room, room.time()
	return p
}

// opener opens a sensor of the config.
type opener func(name string, c *config.Sensor, buses *i2c.Buses) (*sensor, error)

func openPartsWith(c *config.Config, tflite runtime.TFLite, open opener) *parts {
	p := &parts{config: c, sensors: map[string]*sensor{}, encoders: map[string][]encoder{}, fusions: map[string]*fusion{}, narrators: map[string]*narrator{}}
	p.tflite = accelerate(tflite, c.TFLite)
	p.tflite.Workers = &p.workers
	p.openThreads()
	p.openMedia()
	p.openSensors(open)
	p.openEncoders()
	p.openFusions()
	p.openNarrators()
	p.openAlerts()
	p.closeBlind()
	p.openDigests()
	return p
}

// openSensors opens the sensors, in the order of their names.
func (p *parts) openSensors(open opener) {
	for _, name := range slices.Sorted(maps.Keys(p.config.Sensors)) {
		s, err := open(name, p.config.Sensors[name], &p.buses)
		if err != nil {
			p.leaveOut("sensors."+name+"."+p.config.Sensors[name].Kind(), err)
			continue
		}
		p.sensors[name] = s
		p.lets(s)
	}
}

// openEncoders opens the model of each encoder.
func (p *parts) openEncoders() {
	for _, name := range slices.Sorted(maps.Keys(p.config.Pipelines)) {
		line := p.config.Pipelines[name]
		for i, c := range line.Encoders {
			all := p.opened(c.Sensor)
			e, err := p.openEncoder(all, c, line)
			switch {
			case err != nil:
				p.leaveOut(fmt.Sprintf("pipelines.%s.encoders[%d].model", name, i), err)
			case len(all) > 0:
				p.encoders[name] = append(p.encoders[name], e)
				p.look(name, e, c, line)
			}
		}
	}
}

// leaveOut notes why what stands at path in the config cannot be opened, and what can be done about it.
func (p *parts) leaveOut(path string, err error) {
	todo := remedy(err)
	if todo == "" && errors.Is(err, fs.ErrNotExist) {
		todo = "relative paths start at the config file's folder"
	}
	p.faults = append(p.faults, p.config.Fault(path, strings.ReplaceAll(err.Error(), "\n", "; "), todo))
}

// opened returns those of some sensors that could be opened.
func (p *parts) opened(names config.Names) (all []*sensor) {
	for _, name := range names {
		if s := p.sensors[name]; s != nil {
			all = append(all, s)
		}
	}
	return all
}

// openEncoder opens one encoder: its model, as its card and then the config describe it. Without a sensor, which was left
// out, the model is but opened to see whether it can be.
func (p *parts) openEncoder(all []*sensor, c *config.Encoder, line *config.Pipeline) (encoder, error) {
	o := runtime.Options{Engine: c.Engine, Threads: c.Threads, Pool: p.threads, Signature: c.Signature, TFLite: delegated(p.tflite, c.Delegate)}
	m, err := openModel(c.Model, o)
	if err != nil {
		return encoder{}, err
	}
	if c.Smaller != "" {
		if err := m.openSmaller(c.Smaller, o); err != nil {
			return encoder{}, errors.Join(err, m.Close())
		}
	}
	if len(all) == 0 {
		return encoder{}, m.Close()
	}
	attach, err := describe(m, all, c, line)
	if err != nil {
		return encoder{}, errors.Join(fmt.Errorf("%s: %w", m.name, err), m.Close())
	}
	return encoder{sensors: all, model: m, attach: attach, every: schedule(all, c, line).Period}, nil
}

// describe says of m what the config does, and finds out how it is fed and read.
func describe(m *model, all []*sensor, c *config.Encoder, p *config.Pipeline) (attachment, error) {
	if err := overlay(&m.card, c); err != nil {
		return nil, err
	}
	if p.Fusion != nil && c.Task == "" {
		m.card.Task = models.Embedding
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
	return prepare(all, m, p.Period(c), schedule(all, c, p))
}

// wanted says whether a sensor's samples are published as they are, on their own or when somebody asks.
func (p *parts) wanted(s *sensor) bool {
	return s.published() || s.frames != nil && p.config.MQTT.Allows(command.Snapshot) || s.kept
}

// useful says whether there is an encoder, or a sensor whose samples are published as they are.
func (p *parts) useful() bool {
	for _, s := range p.sensors {
		if p.wanted(s) {
			return true
		}
	}
	return len(p.encoders) > 0
}

// Close closes all that is open.
func (p *parts) Close() error {
	p.workers.Quit()
	var closers []io.Closer
	for _, s := range p.sensors {
		closers = append(closers, s)
	}
	for _, all := range p.encoders {
		for _, e := range all {
			closers = append(closers, e.model)
		}
	}
	for _, f := range p.fusions {
		closers = append(closers, f)
	}
	closers = append(closers, &p.workers, &p.buses)
	var errs []error
	for _, c := range closers {
		errs = append(errs, c.Close())
	}
	p.closeThreads()
	return errors.Join(errs...)
}

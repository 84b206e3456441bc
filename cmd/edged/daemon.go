package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"os"
	goruntime "runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"edged/cmd/edged/internal/config"
	"edged/pipelines"
	"edged/pipelines/alerts"
	"edged/pipelines/publish"
	"edged/pipelines/publish/broker"
	"edged/runtime"
)

// daemon is a config made into running parts. What cannot be opened is left out and logged.
type daemon struct {
	surroundings
	*parts
	group  *pipelines.Group
	inputs map[string]*pipelines.Input // by sensor
	broker *broker.Broker              // nil unless embedded
	remote *remote                     // nil unless the config allows commands
	began  time.Time                   // when run was called
	warm   chan struct{}               // closed when no first result waits for a model any more

	discovery *discovery // nil: nobody is told of the device
	replays   bool       // a recording

	traces func(*alerts.Trace)       // takes how alerts are decided; nil if nobody does
	stood  map[string][]alerts.State // how the alerts of each pipeline stood before the start

	end    context.CancelFunc // ends run
	giving sync.Mutex
	next   *config.Config // that a run is to begin with when this one has ended; nil is none
}

// surroundings are what a daemon gets beside its config.
type surroundings struct {
	log *slog.Logger
	env func(key string) string
	tap func(topic string, payload []byte) // sees what reaches the embedded broker; may be nil

	film *film // records what happens; may be nil
	wire wire

	supervisor *supervisor // nil unless systemd has started edged

	address string                         // of the embedded broker; empty is a free port
	load    func() (*config.Config, error) // reads and checks the config anew
}

// wire is how broker and publisher meet. The zero value is the network; tests in simulated time have one in memory.
type wire struct {
	listener net.Listener
	dial     func(ctx context.Context, address string) (net.Conn, error)
}

// newDaemon opens all that c names. It is an error if nothing of it is left, or if the broker's settings are wrong.
func newDaemon(c *config.Config, s surroundings) (*daemon, error) {
	d := &daemon{surroundings: s, parts: openParts(c, s.env), warm: make(chan struct{})}
	if err := d.assemble(); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

func (d *daemon) assemble() error {
	for _, f := range d.faults {
		d.log.Error(oneLine(f) + "; left out")
	}
	for name, p := range d.config.Pipelines {
		for i, c := range p.Encoders {
			tellOptions(d.log, fmt.Sprintf("pipelines.%s.encoders[%d]", name, i), c.Delegate)
		}
	}
	if !d.useful() {
		return hinted{fmt.Errorf("%s: nothing is left to run", d.config.File()), "edged check says what is missing; a camera needs a pipeline or a snapshot, a microphone without level_every a pipeline"}
	}
	d.group = pipelines.NewGroup(d.recorded(pipelines.Options{Cores: goruntime.GOMAXPROCS(0), Ready: d.ready, StopWhenDone: true, Log: d.log}))
	var err error
	if d.remote, err = newRemote(d); err != nil {
		return err
	}
	sink, err := d.openPublisher()
	if err != nil {
		return err
	}
	d.stood = standing(sink)
	if err := d.startFilm(); err != nil {
		return err
	}
	if d.traces, err = d.openRing(); err != nil {
		return err
	}
	if err := d.endLost(sink); err != nil {
		return err
	}
	d.group.Serve("mqtt", sink.Run)
	d.remote.serve(sink)
	if d.supervisor.guards() {
		d.group.Serve("watchdog", func(ctx context.Context) error { return d.supervisor.feed(ctx, d.group) })
	}
	d.keepDigests()
	d.govern()
	return d.connect(sink, d.keep()...)
}

// oneLine is an error of the config with its hint.
func oneLine(e *config.Error) string {
	if e.Hint == "" {
		return e.Error()
	}
	return e.Error() + " (" + e.Hint + ")"
}

// openPublisher makes the way to the broker.
func (d *daemon) openPublisher() (*publish.Publisher, error) {
	reach, err := d.reachBrokers()
	if err != nil {
		return nil, err
	}
	if d.discovery, err = d.openDiscovery(); err != nil {
		return nil, err
	}
	reach.Listen = append(reach.Listen, d.discovery.listen()...)
	reach.Listen = append(reach.Listen, d.remote.listeners()...)
	c := &d.config.MQTT
	disk := d.outbox()
	return publish.New(publish.Options{
		Device: d.config.Device.ID,
		Broker: reach,
		Topics: c.Topics.Templates(),
		QoS:    levels(c.QoS),
		Outbox: disk,
		Ledger: d.ledger(disk),
		Info:   d.info(),
		Wait:   d.wait,
		Stats:  d.group.Stats,
		Media:  d.mediaStats(),
		Log:    d.log,

		Retained: d.discovery.tell,
	})
}

// wait returns when the models are warm, or ctx ends.
func (d *daemon) wait(ctx context.Context) {
	select {
	case <-d.warm:
	case <-ctx.Done():
	}
}

// connect joins sensors, encoders and sinks. Without a publisher, all sensors are read.
func (d *daemon) connect(sink *publish.Publisher, others ...pipelines.Sink) error {
	sinks := others
	if sink != nil {
		sinks = append(sinks, telling{sink, d.keeper})
	}
	samples := d.discover(sink)
	d.inputs = map[string]*pipelines.Input{}
	for _, name := range slices.Sorted(maps.Keys(d.sensors)) {
		s := d.sensors[name]
		d.inputs[name] = s.input(d.staleAfter(s), samples)
		if sink == nil || d.wanted(s) {
			d.group.AddInput(d.inputs[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.encoders)) {
		p := pipelines.New(name, sinks...)
		p.Limit(d.config.Pipelines[name].Limit())
		for _, e := range d.encoders[name] {
			var from []*pipelines.Input
			for _, s := range e.sensors {
				from = append(from, d.inputs[s.name])
			}
			if err := e.attach(p, from, e.share); err != nil {
				return err
			}
		}
		if f := d.fusions[name]; f != nil {
			if err := pipelines.AddFusion(p, f.how); err != nil {
				return err
			}
		}
		if n := d.narrators[name]; n != nil {
			if err := pipelines.AddNarrator(p, n, n.inputs(d.inputs)...); err != nil {
				return err
			}
		}
		if err := errors.Join(d.addAlerts(p), d.addDigest(p), d.endAlerts(p)); err != nil {
			return err
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
			if after := time.Duration(d.config.Pipelines[name].StaleAfter); slices.Contains(e.sensors, s) && (least == 0 || after < least) {
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
			for _, s := range e.sensors {
				if !slices.Contains(p.Sensors, s.name) {
					p.Sensors = append(p.Sensors, s.name)
				}
			}
		}
		for _, m := range d.models(name) {
			for ; m != nil; m = m.smaller {
				if !known[m.name] {
					known[m.name] = true
					info.Models = append(info.Models, publish.ModelInfo{Name: m.name, SHA256: m.sha256})
				}
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
	ctx, d.end = context.WithCancel(ctx)
	defer d.end()
	defer d.limitMemory()()
	d.began = time.Now()
	d.log.Info(fmt.Sprintf("running %d sensors and %d pipelines as %q", len(d.sensors), len(d.encoders), d.config.Device.ID))
	return d.group.Run(ctx)
}

// ready says that no first result waits for a model any more.
func (d *daemon) ready() {
	close(d.warm)
	d.log.Info(fmt.Sprintf("ready: models are warm after %v", time.Since(d.began).Round(time.Millisecond)))
	d.tellReady("")
}

// tellReady tells systemd that the daemon runs.
func (d *daemon) tellReady(but string) {
	d.supervisor.ready(fmt.Sprintf("%d sensors, %d pipelines", len(d.sensors), len(d.encoders)), but)
}

// farewell is how long the embedded broker waits for its clients to leave.
const farewell = 200 * time.Millisecond

// Close closes all that is open; run must have returned.
func (d *daemon) Close() error {
	err := errors.Join(d.film.Close(), d.parts.Close())
	if d.broker == nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	return errors.Join(err, d.broker.Shutdown(ctx))
}

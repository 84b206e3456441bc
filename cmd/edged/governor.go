package main

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"os"
	goruntime "runtime"
	"runtime/debug"
	"time"

	"edged/boards"
	"edged/cmd/edged/internal/config"
	"edged/pipelines"
	"edged/pipelines/govern"
	"edged/runtime"
	"edged/sensors/camera"
)

// governor keeps the daemon within the limits of its config: once a second it looks how the machine stands, and lets the
// pipelines leave out more or less.
type governor struct {
	control *govern.Governor
	levels  []saving
	cameras []*camera.Camera // whose pictures may be smaller
	models  []*runtime.Variants
	save    func(pipelines.Thrift)
	log     *slog.Logger

	heat *boards.Thermal // nil if nobody asks, or nobody knows
	cpu  time.Duration   // that the process has had
	at   time.Time       // then
	said bool            // that this level, the last, is not enough
}

// saving is a level: what is left out there.
type saving struct {
	what           string
	pictures, duty int
	small          bool // pictures
	models         bool // smaller ones
}

// lowers is what a config has of what can be lowered.
type lowers struct{ pictures, small, encoders, models bool }

// savings are the levels, in the order in which people miss it least: pictures that no model looks at, then sharp pictures, and
// then results. What the config has nothing of is no level.
func savings(of lowers) []saving {
	all := []saving{{}}
	if of.pictures {
		all = append(all, saving{what: "pictures at half their rate", pictures: 2}, saving{what: "pictures at a quarter of their rate", pictures: 4})
	}
	if of.small {
		all = append(all, saving{what: "pictures of half the size at a quarter of their rate", pictures: 4, small: true})
	}
	if of.encoders {
		all = append(all, saving{what: "encoders at half their rate", pictures: 4, duty: 2, small: of.small},
			saving{what: "encoders at a quarter of their rate", pictures: 4, duty: 4, small: of.small},
			saving{what: "encoders at an eighth of their rate", pictures: 4, duty: 8, small: of.small})
	}
	if of.models {
		all = append(all, saving{what: "smaller models at an eighth of their rate", pictures: 4, duty: 8, small: of.small, models: true})
	}
	return all
}

// govern adds a governor to what runs beside the pipelines, if the config has limits.
func (d *daemon) govern() {
	l := d.config.Limits
	switch {
	case l == config.Bounds{}:
		return
	case d.film != nil:
		d.log.Warn("limits: " + errRecorded.Error() + ": nothing is left out")
		return
	}
	g := &governor{save: d.group.Save, log: d.log, cameras: d.halving(), models: d.variants()}
	g.levels = savings(lowers{
		pictures: d.any(func(s *sensor) bool { return s.frames != nil }), small: len(g.cameras) > 0,
		encoders: d.any(d.heard), models: len(g.models) > 0,
	})
	if len(g.levels) == 1 {
		d.log.Warn("limits: no live sensor has a model: there is nothing to leave out")
	}
	g.control = govern.New(govern.Limits{Temperature: int(math.Round(1000 * float64(l.Temperature))), Memory: int64(l.Memory), CPU: float64(l.CPU) / 100}, len(g.levels)-1)
	g.apply()
	d.group.Serve("governor", func(ctx context.Context) error {
		d.wait(ctx) // warming up is work that is soon over
		if l.Temperature != 0 {
			if err := g.openHeat(os.DirFS("/")); err != nil {
				d.log.Warn(fmt.Sprintf("limits.temperature: %v: it does not count", err))
			}
		}
		return g.run(ctx)
	})
}

// any says whether a live sensor is such.
func (p *parts) any(such func(*sensor) bool) bool {
	for _, s := range p.sensors {
		if !s.finite && such(s) {
			return true
		}
	}
	return false
}

// heard says whether a model runs on a sensor's samples.
func (p *parts) heard(s *sensor) bool {
	for range p.modelsOn(s) {
		return true
	}
	return false
}

// modelsOn gives the models that run on a sensor's samples.
func (p *parts) modelsOn(s *sensor) func(func(*model) bool) {
	return func(yield func(*model) bool) {
		for _, all := range p.encoders {
			for _, e := range all {
				for _, on := range e.sensors {
					if on == s && !yield(e.model) {
						return
					}
				}
			}
		}
	}
}

// halving returns the cameras whose pictures of half the size are no smaller than what models make of them.
func (p *parts) halving() (all []*camera.Camera) {
	for _, s := range p.sensors {
		if s.camera == nil {
			continue
		}
		w, h, ok := s.camera.Halves()
		for m := range p.modelsOn(s) {
			shape := m.session.Signature().Inputs[0].Shape // [N,H,W,C]
			ok = ok && len(shape) == 4 && shape[1] <= h && shape[2] <= w
		}
		if ok {
			all = append(all, s.camera)
		}
	}
	return all
}

// variants are the models of live sensors that a smaller one may take the place of.
func (p *parts) variants() (all []*runtime.Variants) {
	for _, s := range p.sensors {
		for m := range p.modelsOn(s) {
			if v, ok := m.session.(*runtime.Variants); ok && !s.finite {
				all = append(all, v)
			}
		}
	}
	return all
}

// openHeat finds the thermal zones of a machine.
func (g *governor) openHeat(root fs.FS) error {
	m, err := boards.Detect(root)
	if m.Board == nil {
		return err
	}
	g.heat, err = boards.OpenThermal(root, m.Board)
	return err
}

// run looks every second until ctx ends.
func (g *governor) run(ctx context.Context) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	g.at, g.cpu = time.Now(), cpuTime()
	for {
		select {
		case <-ctx.Done():
			return g.close()
		case now := <-tick.C:
			g.look(now, g.read(now))
		}
	}
}

func (g *governor) close() error {
	if g.heat == nil {
		return nil
	}
	return g.heat.Close()
}

// read returns how the machine stands. A temperature that cannot be read now, as of a zone that sleeps, is not known.
func (g *governor) read(now time.Time) govern.Reading {
	r := govern.Reading{Memory: processMemory("VmRSS:")}
	if g.heat != nil {
		if milli, err := g.heat.Read(); err == nil {
			r.Temperature = milli
		}
	}
	cpu := cpuTime()
	if passed := now.Sub(g.at); passed > 0 {
		r.CPU = (cpu - g.cpu).Seconds() / passed.Seconds() / float64(goruntime.NumCPU())
	}
	g.at, g.cpu = now, cpu
	return r
}

// look lets the control look, does what it says, and tells it.
func (g *governor) look(now time.Time, r govern.Reading) {
	was := g.control.Level()
	changed := g.control.Look(now, r)
	if g.control.Ended() && !g.said {
		g.said = true
		g.log.Error(fmt.Sprintf("limits: %s, although as much is left out as can be", g.control.Words()))
	}
	if changed {
		g.said = false
		g.apply()
		g.tell(was)
	}
}

// tell says that the level is another one.
func (g *governor) tell(was int) {
	level, last := g.control.Level(), len(g.levels)-1
	switch {
	case level > was:
		g.log.Warn(fmt.Sprintf("limits: %s: level %d of %d, %s", g.control.Why(), level, last, g.levels[level].what))
	case level > 0:
		g.log.Info(fmt.Sprintf("limits: level %d of %d again, %s", level, last, g.levels[level].what))
	default:
		g.log.Info("limits: nothing is left out any more")
	}
}

// apply leaves out what the level says.
func (g *governor) apply() {
	level := g.control.Level()
	l := g.levels[level]
	g.save(pipelines.Thrift{Level: level, Of: len(g.levels) - 1, Why: g.control.Why(), What: l.what, Pictures: l.pictures, Duty: l.duty})
	for _, c := range g.cameras {
		c.Halve(l.small)
	}
	for _, v := range g.models {
		v.Want(l.models)
	}
}

// limitMemory lets Go's garbage collector know of the limit, but for a tenth that is not its own: the program, and the files
// that it reads models from. It returns what undoes that. GOMEMLIMIT counts over the config.
func (d *daemon) limitMemory() (undo func()) {
	l := int64(d.config.Limits.Memory)
	if l == 0 || d.env("GOMEMLIMIT") != "" {
		return func() {}
	}
	was := debug.SetMemoryLimit(l / 10 * 9)
	return func() { debug.SetMemoryLimit(was) }
}

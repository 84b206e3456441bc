package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"edged/cmd/edged/internal/config"
	"edged/pipelines"
	"edged/pipelines/digest"
)

// digester sums up what a pipeline says.
type digester struct {
	*digest.Digest
	readings []*sensor
	told     chan struct{} // has a digest been made? what is kept is then old
}

// String names it for recordings.
func (d *digester) String() string { return d.Name() }

// Tell takes that a digest has been made.
func (d *digester) Tell(*pipelines.Event) {
	select {
	case d.told <- struct{}{}:
	default:
	}
}

// openDigests makes the digests of the pipelines that have one, and of whose encoders one is left.
func (p *parts) openDigests() {
	p.digests = map[string]*digester{}
	for _, name := range slices.Sorted(maps.Keys(p.encoders)) {
		c := p.config.Pipelines[name].Digest
		if c == nil {
			continue
		}
		d := &digester{readings: p.measured(name), told: make(chan struct{}, 1)}
		var err error
		if d.Digest, err = digest.New(p.digestOf(name, c)); err != nil {
			p.leaveOut("pipelines."+name+".digest", err)
			continue
		}
		p.digests[name] = d
	}
}

// measured returns a pipeline's sensors that measure: all but the cameras.
func (p *parts) measured(pipeline string) (all []*sensor) {
	add := func(s *sensor) {
		if s.frames == nil && !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	for _, e := range p.encoders[pipeline] {
		for _, s := range e.sensors {
			add(s)
		}
	}
	if n := p.narrators[pipeline]; n != nil {
		for _, s := range n.readings {
			add(s)
		}
	}
	return all
}

// digestOf returns what the config says of a digest. Labels that a fusion joins are not counted for each sense besides.
func (p *parts) digestOf(pipeline string, c *config.Digest) digest.Options {
	o := digest.Options{Hourly: c.Hourly, Daily: c.Daily, Location: time.Local, Languages: c.Languages, Senses: sensesOf(p.encoders[pipeline]),
		Overheard: map[string]bool{}}
	if caption := p.config.Pipelines[pipeline].Heads.Caption; caption != nil {
		o.Words = grammarOf(caption).Words
	}
	f := p.fusions[pipeline]
	for _, e := range p.encoders[pipeline] {
		if f == nil || e.share.Part == 0 {
			continue
		}
		joined := func(label string) bool { return slices.Contains(f.model.card.Labels, label) }
		o.Overheard[e.model.name] = !slices.ContainsFunc(e.model.card.Labels, func(label string) bool { return !joined(label) })
	}
	return o
}

// addDigest lets a pipeline's digest look on at it.
func (d *daemon) addDigest(p *pipelines.Pipeline) error {
	sum := d.digests[p.Name()]
	if sum == nil {
		return nil
	}
	var from []*pipelines.Input
	for _, s := range sum.readings {
		from = append(from, d.inputs[s.name])
	}
	return pipelines.AddWatcher(p, sum, from...)
}

// keepDigests lets what digests have counted outlive the process, if there is a folder for that. A recorded run begins anew, as
// its replay will.
func (d *daemon) keepDigests() {
	dir := digestFolder(d.config, d.env)
	if dir == "" || d.film != nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(d.digests)) {
		k := &digestKeeper{digester: d.digests[name], path: filepath.Join(dir, "digest-"+name+".json"), log: d.log}
		if err := k.restore(); err != nil && !errors.Is(err, fs.ErrNotExist) {
			d.log.Warn(fmt.Sprintf("%s: %v; the digest begins anew", k.path, err))
		}
		d.group.Serve("digest of "+name, k.run)
	}
}

// digestFolder returns where the state of alerts lies, or would by default; empty is nowhere.
func digestFolder(c *config.Config, env func(string) string) string {
	switch state := c.Alerts.State; state {
	case config.Nowhere:
		return ""
	case "":
		return outboxPath(c.MQTT.Outbox.Path, env)
	default:
		return filepath.Dir(state)
	}
}

// digestKeeper keeps in a file what a digest has counted.
type digestKeeper struct {
	*digester
	path   string
	log    *slog.Logger
	failed string // what has been said of the last try
}

// keepEvery is the time between two writes, and so how much of an hour a power cut may cost. A memory card has worse to bear.
const keepEvery = 5 * time.Minute

// mostState is how large a state may be. One with all labels of AudioSet has some 200 kB.
const mostState = 16 << 20

func (k *digestKeeper) restore() error {
	f, err := os.Open(k.path)
	if err != nil {
		return err
	}
	defer f.Close() // only read
	state, err := io.ReadAll(io.LimitReader(f, mostState))
	if err != nil {
		return err
	}
	return k.Restore(state)
}

// run keeps what is counted now and then, after each digest, and at the end.
func (k *digestKeeper) run(ctx context.Context) error {
	tick := time.NewTicker(keepEvery)
	defer tick.Stop()
	for {
		select {
		case <-k.told:
		case <-tick.C:
		case <-ctx.Done():
			k.keep()
			return nil
		}
		k.keep()
	}
}

// keep writes the state. When that fails, the digest goes on and the log says so once.
func (k *digestKeeper) keep() {
	said := ""
	state, err := k.State()
	if err == nil {
		err = replaceFile(k.path, state)
	}
	if err != nil {
		said = err.Error()
	}
	if said != "" && said != k.failed {
		k.log.Warn(said + "; a restart would begin the digest anew")
	}
	k.failed = said
}

// replaceFile writes a file that is there whole, or as it was before.
func replaceFile(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	fresh := path + ".new"
	f, err := os.OpenFile(fresh, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(fresh, path)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"edged/cmd/edged/internal/config"
)

// runs is the daemon in one run after another: a run ends for the next when it is asked to reload the config.
type runs struct {
	s      surroundings
	path   string           // of the config
	hangUp <-chan os.Signal // asks to load it anew

	begin func(*daemon)       // before a run
	end   func(*daemon) error // after it
}

// run runs c, and then what it gives way to, until ctx ends or there is nothing left to do.
func (r *runs) run(ctx context.Context, c *config.Config) error {
	r.s.load = r.load
	defer context.AfterFunc(ctx, r.s.supervisor.stopping)()
	d, err := newDaemon(c, r.s)
	for err == nil {
		r.begin(d)
		d.group.Serve("reload", func(ctx context.Context) error { return r.heed(ctx, d) })
		err = errors.Join(d.run(ctx), r.end(d), d.Close())
		if d.next == nil || err != nil || ctx.Err() != nil {
			break
		}
		d, err = r.again(d)
	}
	return err
}

// again begins anew with the config that old gives way to; or with old's, should that not work after all.
func (r *runs) again(old *daemon) (*daemon, error) {
	if old.broker != nil {
		r.s.address = old.broker.Addr() // where its clients look for it
	}
	r.s.log.Info("the config is loaded anew: " + old.next.File())
	d, err := newDaemon(old.next, r.s)
	if err == nil {
		return d, nil
	}
	r.s.log.Error(fmt.Sprintf("%v; going on with the config of before", err))
	return newDaemon(old.config, r.s)
}

// load reads and checks the config anew, as edged check does.
func (r *runs) load() (*config.Config, error) {
	if r.s.film != nil {
		return nil, errRecorded
	}
	c, err := config.Load(r.path)
	if err != nil {
		return nil, err
	}
	return c, checkParts(c, r.s.env)
}

// hangUps returns where each SIGHUP comes, until stop is called.
func hangUps() (c <-chan os.Signal, stop func()) {
	all := make(chan os.Signal, 1)
	signal.Notify(all, syscall.SIGHUP)
	return all, func() { signal.Stop(all) }
}

// heed loads the config anew whenever that is asked for, until ctx ends.
func (r *runs) heed(ctx context.Context, d *daemon) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-r.hangUp:
		}
		r.s.supervisor.reloading()
		c, err := r.load()
		if err != nil {
			r.s.log.Error(fmt.Sprintf("%v; going on with the config of before", err))
			d.tellReady("the config of before goes on: " + err.Error())
			continue
		}
		d.giveWay(c)
		return nil
	}
}

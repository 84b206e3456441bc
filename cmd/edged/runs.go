package main

import (
	"context"
	"errors"
	"fmt"

	"edged/cmd/edged/internal/config"
)

// runs is the daemon in one run after another: a run ends for the next when it is asked to reload the config.
type runs struct {
	s    surroundings
	path string // of the config

	begin func(*daemon)       // before a run; may be nil
	end   func(*daemon) error // after it
}

// run runs c, and then what it gives way to, until ctx ends or there is nothing left to do.
func (r *runs) run(ctx context.Context, c *config.Config) error {
	r.s.load = r.load
	d, err := newDaemon(c, r.s)
	for err == nil {
		r.begin(d)
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

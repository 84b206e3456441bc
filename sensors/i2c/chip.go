package i2c

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"edged/sensors"
)

// How long one measurement may take, unless the model says otherwise, and a start.
const (
	measureLimit = time.Second
	startLimit   = 5 * time.Second
)

// Chip is a source of readings: the quantities of its model. A failed Read is about that one reading; the next starts
// the chip again if need be.
type Chip struct {
	opts  Options
	model Model
	watch watch
	dev   driver    // nil until the chip is started, and after it failed
	took  []float64 // what it measured last, in the order of the model's quantities

	next  time.Time     // when the next measurement is due
	every time.Duration // from one measurement to the next
	of    int           // of so many measurements one is a reading
	since int           // measurements since the last reading
	cold  bool          // the last measurement said that the chip warms up
	gone  bool
}

var _ sensors.Source[sensors.Reading] = (*Chip)(nil)

// New returns the chip that o describes without touching the bus: the first Read starts it.
func New(bus *Bus, o Options) (*Chip, error) {
	m, err := o.Fill()
	if err != nil {
		return nil, err
	}
	c := &Chip{opts: o, model: m, watch: watch{bus: bus, addr: o.Address}, every: o.Every, of: 1}
	c.took = make([]float64, len(m.Gives))
	if m.pulse > 0 && o.Every > m.pulse {
		c.every, c.of = m.pulse, int(o.Every/m.pulse)
	}
	return c, nil
}

// Open is New, and starts the chip to see that it is there. Errors name the bus, the address and what to check.
func Open(ctx context.Context, bus *Bus, o Options) (*Chip, error) {
	c, err := New(bus, o)
	if err != nil {
		return nil, err
	}
	if err := c.start(ctx); err != nil {
		return nil, c.explain(ctx, err)
	}
	return c, nil
}

// Read waits until the next reading is due and takes it. It returns ctx's error when ctx ends, on a stuck bus at the
// latest when Linux gives the transfer under way up. Other errors leave the schedule as it is.
func (c *Chip) Read(ctx context.Context, into *sensors.Reading) error {
	if c.gone {
		return fmt.Errorf("i2c: %w", fs.ErrClosed)
	}
	for ready := false; !ready; {
		if err := c.await(ctx); err != nil {
			return err
		}
		err := c.measure(ctx)
		told := c.cold
		c.cold = errors.Is(err, ErrWarming)
		switch {
		case c.cold && told:
			continue
		case err != nil:
			return c.explain(ctx, err)
		}
		ready = c.since == 0
		c.since = (c.since + 1) % c.of
	}
	into.Time = time.Now()
	into.Values = into.Values[:0]
	for i, q := range c.model.Gives {
		into.Values = append(into.Values, sensors.Value{Name: q.Name, Unit: q.Unit, Value: c.took[i]})
	}
	return nil
}

// Close ends the source; it must not be called during a Read. The bus remains open, and the chip in peace.
func (c *Chip) Close() error {
	c.gone = true
	return nil
}

// await waits for the time of the next measurement and sets that of the one after. A reader late by more than one loses
// what it missed.
func (c *Chip) await(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	due, now := c.next, time.Now()
	if now.Sub(due) >= c.every {
		due = now
	}
	if err := sleep(ctx, due.Sub(now)); err != nil {
		return err
	}
	c.next = due.Add(c.every)
	return nil
}

// measure takes one measurement, having started the chip if need be.
func (c *Chip) measure(ctx context.Context) error {
	err := c.try(ctx)
	if errors.Is(err, errForgot) {
		err = c.try(ctx)
	}
	if err != nil {
		return err
	}
	for i := range c.model.Gives {
		if err := c.model.Gives[i].check(c.took[i]); err != nil {
			return err
		}
	}
	return nil
}

func (c *Chip) try(ctx context.Context) error {
	if err := c.start(ctx); err != nil {
		return err
	}
	limit := c.model.limit
	if limit == 0 {
		limit = measureLimit
	}
	err := c.watch.call(ctx, limit, func() error { return c.dev.sense(c.took) })
	if err == nil || errors.Is(err, ErrWarming) || ctx.Err() != nil {
		return err
	}
	c.dev = nil // what state it is in is unknown
	return err
}

// start makes the chip ready to measure, unless it is.
func (c *Chip) start(ctx context.Context) error {
	if c.dev != nil {
		return nil
	}
	err := c.watch.call(ctx, startLimit, func() (err error) {
		c.dev, err = c.model.start(&c.watch, &c.opts)
		return err
	})
	if err == nil {
		return nil
	}
	c.dev = nil
	if isNoBus(err) || errors.As(err, new(otherChipError)) || ctx.Err() != nil {
		return err
	}
	c.watch.bus.reopen(ctx)
	return fmt.Errorf("%w; check its wiring, power and address (i2cdetect -y %s)", err, c.watch.bus.name)
}

// explain says where err happened, unless it is that ctx has ended.
func (c *Chip) explain(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("i2c: %s at address %#x of bus %s: %w", c.opts.Chip, c.opts.Address, c.watch.bus.name, err)
}

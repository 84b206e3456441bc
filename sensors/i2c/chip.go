package i2c

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"periph.io/x/conn/v3/physic"
	"periph.io/x/devices/v3/bmxx80"

	"edged/sensors"
)

// measureLimit is how long one measurement may take: that of the slowest chip at the most oversampling is 0.12 s.
const measureLimit = time.Second

// Options says which chip to read and how often. The zero value is a BME280 at 0x76 on bus 1, read every second.
type Options struct {
	Bus     string        // for Buses.Open: "1", "/dev/i2c-1", or the name of a bus added; "" is "1"
	Chip    string        // "bme280", "bmp280" or "bmp180"; "" is "bme280"
	Address uint16        // 0x76 or 0x77; 0 is 0x76, for the bmp180, which has no other, 0x77
	Every   time.Duration // from one reading to the next; 0 is a second
}

func (o *Options) busName() string {
	if o.Bus == "" {
		return "1"
	}
	return o.Bus
}

// fill puts the defaults in and checks the rest.
func (o *Options) fill() error {
	if o.Chip == "" {
		o.Chip = "bme280"
	}
	first := uint16(0x76)
	switch o.Chip {
	case "bme280", "bmp280":
	case "bmp180":
		first = 0x77
	default:
		return fmt.Errorf("i2c: chip %q is not known, want bme280, bmp280 or bmp180", o.Chip)
	}
	if o.Address == 0 {
		o.Address = first
	}
	if o.Address < first || o.Address > 0x77 {
		return fmt.Errorf("i2c: a %s cannot have the address %#x, want %s", o.Chip, o.Address, addresses(first))
	}
	if o.Every == 0 {
		o.Every = time.Second
	}
	if o.Every < 0 {
		return fmt.Errorf("i2c: a reading every %v is none", o.Every)
	}
	return nil
}

func addresses(first uint16) string {
	if first == 0x77 {
		return "0x77"
	}
	return "0x76 or 0x77"
}

// Chip is a source of readings: temperature in °C, pressure in Pa and, of a BME280, relative humidity in %. A failed
// Read is about that one reading; the next starts the chip again if need be.
type Chip struct {
	opts  Options
	watch watch
	dev   *bmxx80.Dev // nil until the chip is started, and after it failed
	next  time.Time   // when the next reading is due
	gone  bool
}

var _ sensors.Source[sensors.Reading] = (*Chip)(nil)

// New returns the chip that o describes without touching the bus: the first Read starts it.
func New(bus *Bus, o Options) (*Chip, error) {
	if err := o.fill(); err != nil {
		return nil, err
	}
	return &Chip{opts: o, watch: watch{bus: bus}}, nil
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
	if err := c.await(ctx); err != nil {
		return err
	}
	var env physic.Env
	if err := c.measure(ctx, &env); err != nil {
		return c.explain(ctx, err)
	}
	into.Time = time.Now()
	into.Values = c.values(into.Values[:0], &env)
	return nil
}

// values appends what env says. Its integers are exact in float64, so that each quotient is the nearest there is.
func (c *Chip) values(to []sensors.Value, env *physic.Env) []sensors.Value {
	celsius := float64(env.Temperature-physic.ZeroCelsius) / float64(physic.Kelvin)
	to = append(to,
		sensors.Value{Name: "temperature", Unit: sensors.Celsius, Value: celsius},
		sensors.Value{Name: "pressure", Unit: sensors.Pascal, Value: float64(env.Pressure) / float64(physic.Pascal)})
	if c.opts.Chip != "bme280" {
		return to
	}
	return append(to, sensors.Value{Name: "humidity", Unit: sensors.Percent, Value: float64(env.Humidity) / float64(physic.PercentRH)})
}

// Close ends the source; it must not be called during a Read. The bus remains open, and the chip asleep, as it is
// between readings.
func (c *Chip) Close() error {
	c.gone = true
	return nil
}

// await waits for the time of the next reading and sets that of the one after. A reader late by more than a reading
// loses what it missed.
func (c *Chip) await(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	due, now := c.next, time.Now()
	if now.Sub(due) >= c.opts.Every {
		due = now
	}
	if err := sleep(ctx, due.Sub(now)); err != nil {
		return err
	}
	c.next = due.Add(c.opts.Every)
	return nil
}

// measure takes one reading, having started the chip if need be.
func (c *Chip) measure(ctx context.Context, env *physic.Env) error {
	if err := c.start(ctx); err != nil {
		return err
	}
	if err := c.sense(ctx, env); err != nil {
		return err
	}
	if c.opts.Chip != "bme280" || c.watch.data[6] != 0x80 || c.watch.data[7] != 0 {
		return nil
	}
	// 0x8000 is a humidity near the middle, or one skipped as ctrl_hum was lost with the power: settle which.
	c.dev = nil
	if err := c.start(ctx); err != nil {
		return err
	}
	return c.sense(ctx, env)
}

func (c *Chip) sense(ctx context.Context, env *physic.Env) error {
	limited, cancel := context.WithTimeoutCause(ctx, measureLimit, fmt.Errorf("no measurement after %v", measureLimit))
	defer cancel()
	err := c.watch.call(limited, func() error { return c.dev.Sense(env) })
	switch {
	case err == nil || ctx.Err() != nil:
		return err
	case errors.Is(err, context.DeadlineExceeded):
		err = context.Cause(limited)
	}
	c.dev = nil // what state it is in is unknown
	return err
}

// start makes the chip ready to measure, unless it is.
func (c *Chip) start(ctx context.Context) error {
	if c.dev != nil {
		return nil
	}
	var dev *bmxx80.Dev
	err := c.watch.call(ctx, func() (err error) {
		opts := bmxx80.DefaultOpts
		dev, err = bmxx80.NewI2C(&c.watch, c.opts.Address, &opts)
		return err
	})
	switch {
	case errors.As(err, new(noBusError)):
		return err
	case err != nil:
		c.watch.bus.reopen(ctx)
		return fmt.Errorf("%w; check its wiring, power and address (i2cdetect -y %s)", err, c.watch.bus.name)
	}
	if is, _, _ := strings.Cut(strings.ToLower(dev.String()), "{"); is != c.opts.Chip {
		return fmt.Errorf("the chip there is a %s; name it so in the config", is)
	}
	c.dev = dev
	return nil
}

// explain says where err happened, unless it is that ctx has ended.
func (c *Chip) explain(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("i2c: %s at address %#x of bus %s: %w", c.opts.Chip, c.opts.Address, c.watch.bus.name, err)
}

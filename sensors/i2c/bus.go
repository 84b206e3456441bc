package i2c

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	goruntime "runtime"
	"time"

	periph "periph.io/x/conn/v3/i2c"
	"periph.io/x/host/v3/sysfs"
)

// noBusError says that it is the bus, not a chip, that is not there.
type noBusError struct{ error }

func (e noBusError) Unwrap() error { return e.error }

func isNoBus(err error) bool { return errors.As(err, new(noBusError)) }

// Bus is one bus that chips share, each transfer a turn. It is safe for concurrent use.
type Bus struct {
	name string                           // as in the config: "1"
	dial func() (periph.BusCloser, error) // opens the device; nil if the bus was given
	turn chan struct{}                    // holds the one right to touch what stands below
	bus  periph.Bus                       // nil while the device is not open
	gone bool                             // closed for good
}

// NewBus lets chips share a bus that is already open and remains the caller's to close. Name stands in errors.
func NewBus(name string, bus periph.Bus) *Bus {
	b := &Bus{name: name, bus: bus, turn: make(chan struct{}, 1)}
	b.turn <- struct{}{}
	return b
}

// OpenBus returns Linux's bus of the given number, which is opened by the first transfer.
func OpenBus(name string) (*Bus, error) {
	n, err := busNumber(name)
	if err != nil {
		return nil, err
	}
	return linuxBus(n), nil
}

// linuxBus is /dev/i2c-n, not yet open.
func linuxBus(n int) *Bus {
	b := NewBus(fmt.Sprint(n), nil)
	b.dial = func() (periph.BusCloser, error) { return dialLinux(n) }
	return b
}

// Close waits for the transfer under way and closes the device, unless it was given.
func (b *Bus) Close() error {
	<-b.turn
	defer b.pass()
	b.gone = true
	return b.hangUp()
}

// tx does one transfer when it is this caller's turn, having opened the device if need be.
func (b *Bus) tx(ctx context.Context, addr uint16, w, r []byte) error {
	if err := b.take(ctx); err != nil {
		return err
	}
	defer b.pass()
	return b.transfer(addr, w, r)
}

// turnLimit is how long one may wait for a turn. A chip on a bus that is stuck says so then, though others had the turns.
const turnLimit = 3 * time.Second

// take waits for this caller's turn, which it is to pass on.
func (b *Bus) take(ctx context.Context) error {
	late := time.NewTimer(turnLimit)
	defer late.Stop()
	select {
	case <-b.turn:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-late.C:
		return fmt.Errorf("no turn on the bus for %v: it is stuck, or has too many chips", turnLimit)
	}
}

// transfer is for who has the turn.
func (b *Bus) transfer(addr uint16, w, r []byte) error {
	if err := b.open(); err != nil {
		return err
	}
	// periph hands the kernel plain numbers for the addresses of a struct on its stack and of w and r: the stack must
	// not grow, and so move, before the kernel has read them, and w must not be collected.
	growStack(len(w))
	err := b.bus.Tx(addr, w, r)
	goruntime.KeepAlive(w)
	goruntime.KeepAlive(r)
	return err
}

// reopen lets the next transfer open the device anew: it may have been unplugged, and plugged in again.
func (b *Bus) reopen(ctx context.Context) {
	if b.take(ctx) == nil {
		defer b.pass()
		_ = b.hangUp() // the device is in doubt already
	}
}

func (b *Bus) pass() { b.turn <- struct{}{} }

func (b *Bus) open() error {
	switch {
	case b.gone:
		return noBusError{fs.ErrClosed}
	case b.bus != nil:
		return nil
	}
	bus, err := b.dial()
	if err != nil {
		return noBusError{err}
	}
	b.bus = bus
	return nil
}

// hangUp closes the device if it was opened here.
func (b *Bus) hangUp() error {
	c, ok := b.bus.(periph.BusCloser)
	if b.dial == nil || !ok {
		return nil
	}
	b.bus = nil
	return c.Close()
}

// growStack makes sure that 4 KiB of stack are there for what the caller does next.
//
//go:noinline
func growStack(n int) byte {
	var room [4096]byte
	room[n&4095] = 1
	return room[0]
}

// dialLinux opens /dev/i2c-n; its errors say what to do.
func dialLinux(n int) (periph.BusCloser, error) {
	bus, err := sysfs.NewI2C(n)
	if err == nil {
		return bus, nil
	}
	path := fmt.Sprintf("/dev/i2c-%d", n)
	f, cause := os.OpenFile(path, os.O_RDWR, 0) // again, for an error that is more than text
	switch {
	case cause == nil:
		_ = f.Close()
		return nil, err
	case errors.Is(cause, fs.ErrNotExist):
		return nil, fmt.Errorf("%w; switch the bus on (Raspberry Pi: raspi-config nonint do_i2c 0) and load i2c-dev", cause)
	case errors.Is(cause, fs.ErrPermission):
		return nil, fmt.Errorf("%w; add the user to the group of %s, as a rule i2c", cause, path)
	}
	return nil, cause
}

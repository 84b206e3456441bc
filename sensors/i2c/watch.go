package i2c

import (
	"context"
	"errors"
	"fmt"
	"time"

	"periph.io/x/conn/v3/physic"
)

// watch is the bus as one chip's driver sees it: see the package's comment.
type watch struct {
	bus  *Bus
	addr uint16
	ctx  context.Context // of the call into the driver that is under way; periph takes none
	err  error           // what the last transfer of that call ended with
	left time.Duration   // that call may still transfer and wait, the wait for a turn on the bus aside
	all  time.Duration   // that there was at first
}

// call lets do drive the chip under ctx, for as long as limit at most, and returns the cause if it fails.
func (w *watch) call(ctx context.Context, limit time.Duration, do func() error) (err error) {
	w.ctx, w.err, w.left, w.all = ctx, nil, limit, limit
	defer func() {
		if p := recover(); p != nil { // the BMP180's formula divides by what the chip says
			err = fmt.Errorf("readings make no sense: %v", p)
		}
	}()
	err = do()
	if err != nil && w.err != nil {
		return w.err
	}
	return err
}

// String is the bus's name.
func (w *watch) String() string { return w.bus.name }

// Tx is one transfer of the driver's.
func (w *watch) Tx(addr uint16, out, in []byte) error {
	if w.err = w.may(); w.err != nil {
		return w.err
	}
	if w.err = w.bus.take(w.ctx); w.err != nil {
		return w.err
	}
	defer w.bus.pass()
	began := time.Now()
	w.err = w.bus.transfer(addr, out, in)
	w.left -= time.Since(began)
	return w.err
}

// may says whether the call is to go on. A chip whose conversion never ends is not asked for ever, but it is no fault of
// a chip's if others keep the bus busy.
func (w *watch) may() error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	if w.left < 0 {
		return fmt.Errorf("no measurement after %v", w.all)
	}
	return nil
}

// SetSpeed is for periph's interface; no driver here calls it.
func (w *watch) SetSpeed(physic.Frequency) error {
	return errors.New("the speed of a shared bus is not a chip's to set")
}

// put writes bytes to the chip.
func (w *watch) put(bytes ...byte) error { return w.Tx(w.addr, bytes, nil) }

// get fills in with what the chip says from register reg on.
func (w *watch) get(reg byte, in []byte) error { return w.Tx(w.addr, []byte{reg}, in) }

// word reads a register of 16 bits, most significant byte first.
func (w *watch) word(reg byte) (uint16, error) {
	var in [2]byte
	err := w.get(reg, in[:])
	return uint16(in[0])<<8 | uint16(in[1]), err
}

// wait lets the chip work for d; the bus is free for others.
func (w *watch) wait(d time.Duration) error {
	if w.err = w.may(); w.err == nil {
		w.err = sleep(w.ctx, d)
		w.left -= d
	}
	return w.err
}

// constant refuses data of zeros or ones alone: no chip measures that, but a bus with a dead line does.
func constant(data []byte) error {
	for _, b := range data {
		if b != data[0] || b != 0 && b != 0xff {
			return nil
		}
	}
	return fmt.Errorf("all data reads %#02x: a line of the bus is stuck, or the chip has no power", data[0])
}

// sleep waits for d, or returns the context's error.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

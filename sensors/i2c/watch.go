package i2c

import (
	"context"
	"errors"
	"fmt"
	"time"

	"periph.io/x/conn/v3/physic"
)

// Registers of the BMx280 that the watch knows. Bosch BST-BME280-DS002, section 5.3.
const (
	regStatus = 0xF3
	regData   = 0xF7 // pressure 20 bits, temperature 20 bits, humidity 16 bits, most significant byte first
)

// pollPause is the time between two looks at whether a conversion is over; a conversion takes some 30 ms.
const pollPause = time.Millisecond

// watch is the bus as one chip's driver sees it: see the package's comment.
type watch struct {
	bus  *Bus
	ctx  context.Context // of the call into the driver that is under way; periph takes none
	err  error           // what the last transfer of that call ended with
	data [8]byte         // what the last burst read from regData
}

// call lets do drive the chip under ctx and returns the cause if it fails.
func (w *watch) call(ctx context.Context, do func() error) (err error) {
	w.ctx, w.err = ctx, nil
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
	w.err = w.transfer(addr, out, in)
	return w.err
}

// SetSpeed is for periph's interface; no driver here calls it.
func (w *watch) SetSpeed(physic.Frequency) error {
	return errors.New("the speed of a shared bus is not a chip's to set")
}

func (w *watch) transfer(addr uint16, out, in []byte) error {
	reading := len(out) == 1
	if reading && out[0] == regStatus {
		if err := sleep(w.ctx, pollPause); err != nil {
			return err
		}
	}
	if err := w.ctx.Err(); err != nil {
		return err
	}
	if err := w.bus.tx(w.ctx, addr, out, in); err != nil {
		return err
	}
	if !reading || out[0] != regData {
		return nil
	}
	copy(w.data[:], in)
	return constant(in)
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

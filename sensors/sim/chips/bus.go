package chips

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"periph.io/x/conn/v3/physic"
)

// What Linux says of a transfer that no chip acknowledged (EREMOTEIO) and of a bus whose lines do not move (ETIMEDOUT).
var (
	errNACK  = errors.New("remote I/O error")
	errStuck = errors.New("connection timed out")
)

// stuckTime is how long a transfer takes on a stuck bus: that after which Linux gives up, HZ jiffies (i2c-core-base.c).
const stuckTime = time.Second

// Chip is one target on a Bus: a write of w, then a read into r, either may be empty. An error is a NACK.
type Chip interface {
	Tx(w, r []byte) error
}

// Bus is a simulated I²C bus, periph's i2c.Bus. The zero value is an empty bus. It is safe for concurrent use.
type Bus struct {
	Name string // for String; "" is "sim"

	mu    sync.Mutex
	chips map[uint16]Chip
	stuck bool
}

// String returns the bus's name.
func (b *Bus) String() string {
	if b.Name == "" {
		return "sim"
	}
	return b.Name
}

// Plug puts c at a 7-bit address, in the place of what was there; nil leaves the address empty.
func (b *Bus) Plug(addr uint16, c Chip) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if c == nil {
		delete(b.chips, addr)
		return
	}
	if b.chips == nil {
		b.chips = map[uint16]Chip{}
	}
	b.chips[addr] = c
}

// SetStuck holds the bus's lines (or lets them go): every transfer then takes a second and ends with an error.
func (b *Bus) SetStuck(stuck bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stuck = stuck
}

// Tx does one transfer with the chip at addr. Errors: nobody there, the bus stuck, an address beyond 7 bits.
func (b *Bus) Tx(addr uint16, w, r []byte) error {
	if addr > 0x7f {
		return fmt.Errorf("%s: address %#x has more than 7 bits", b, addr)
	}
	b.mu.Lock()
	c, stuck := b.chips[addr], b.stuck
	b.mu.Unlock()
	if stuck {
		time.Sleep(stuckTime)
		return fmt.Errorf("%s: %w", b, errStuck)
	}
	if c == nil {
		return fmt.Errorf("%s: %w", b, errNACK)
	}
	if err := c.Tx(w, r); err != nil {
		return fmt.Errorf("%s: %w", b, err)
	}
	return nil
}

// SetSpeed takes any speed that Linux would; the models answer at once at all of them.
func (b *Bus) SetSpeed(f physic.Frequency) error {
	if f < physic.KiloHertz || f > 100*physic.MegaHertz {
		return fmt.Errorf("%s: speed %s is not within 1 kHz and 100 MHz", b, f)
	}
	return nil
}

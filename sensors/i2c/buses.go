package i2c

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	periph "periph.io/x/conn/v3/i2c"
)

// Buses owns the buses of one daemon, so that chips named in the config by the same bus share it. The zero value has
// none open. It is safe for concurrent use.
type Buses struct {
	mu    sync.Mutex
	named map[string]*Bus
}

// Add gives a bus that is already open, a simulated one say, a name. It remains the caller's to close.
func (b *Buses) Add(name string, bus periph.Bus) *Bus {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.keep(name, NewBus(name, bus))
}

// Bus returns the bus of that name: one added, or Linux's bus of that number: "1", "i2c-1" and "/dev/i2c-1" are the
// same. The device is first touched by a chip.
func (b *Buses) Bus(name string) (*Bus, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if bus := b.named[name]; bus != nil {
		return bus, nil
	}
	n, err := busNumber(name)
	if err != nil {
		return nil, err
	}
	key := strconv.Itoa(n)
	if bus := b.named[key]; bus != nil {
		return bus, nil
	}
	return b.keep(key, linuxBus(n)), nil
}

// Open opens the chip that o describes on the bus that o names.
func (b *Buses) Open(ctx context.Context, o Options) (*Chip, error) {
	bus, err := b.Bus(o.busName())
	if err != nil {
		return nil, err
	}
	return Open(ctx, bus, o)
}

// Close closes the buses that were opened here. Chips on them then fail.
func (b *Buses) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	var errs []error
	for _, bus := range b.named {
		errs = append(errs, bus.Close())
	}
	b.named = nil
	return errors.Join(errs...)
}

func (b *Buses) keep(key string, bus *Bus) *Bus {
	if b.named == nil {
		b.named = map[string]*Bus{}
	}
	b.named[key] = bus
	return bus
}

// busNumber reads "1", "i2c-1" or "/dev/i2c-1".
func busNumber(name string) (int, error) {
	digits := strings.TrimPrefix(strings.TrimPrefix(name, "/dev/"), "i2c-")
	n, err := strconv.ParseUint(digits, 10, 16)
	if err != nil {
		return 0, fmt.Errorf("i2c: bus %q is not known: give its number, as in 1 or /dev/i2c-1", name)
	}
	return int(n), nil
}

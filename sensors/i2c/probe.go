package i2c

import (
	"context"
	"slices"
	"time"
)

// Found is an address at which somebody answers, and the chips that it may be.
type Found struct {
	Address uint16
	Chips   []string
}

// Probe asks at the addresses of all models whether somebody is there, and changes nothing in those that are: it reads
// one byte, and where chips do not answer to that it sends a command that only asks. Addresses in except are left alone.
func Probe(ctx context.Context, bus *Bus, except map[uint16]string) ([]Found, error) {
	byAddress := map[uint16][]Model{}
	for _, m := range Models() {
		for _, a := range m.Addresses {
			if _, held := except[a]; !held {
				byAddress[a] = append(byAddress[a], m)
			}
		}
	}
	var all []Found
	for address, models := range byAddress {
		there, err := answers(ctx, bus, address, models)
		if err != nil {
			return nil, err
		}
		if !there {
			continue
		}
		f := Found{Address: address}
		for _, m := range models {
			f.Chips = append(f.Chips, m.Name)
		}
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b Found) int { return int(a.Address) - int(b.Address) })
	return all, nil
}

// helloTakes is how long a chip may be busy with a hello.
const helloTakes = 10 * time.Millisecond

// answers says whether somebody acknowledges the address. An error is about the bus, or that ctx has ended.
func answers(ctx context.Context, bus *Bus, address uint16, models []Model) (bool, error) {
	asks := [][]byte{nil}
	for _, m := range models {
		if m.hello != nil {
			asks = append(asks, m.hello)
		}
	}
	for _, w := range asks {
		var r []byte
		if w == nil {
			r = make([]byte, 1)
		}
		switch err := bus.tx(ctx, address, w, r); {
		case err == nil:
			return true, sleep(ctx, helloTakes)
		case ctx.Err() != nil:
			return false, ctx.Err()
		case isNoBus(err):
			return false, err
		}
	}
	return false, nil
}

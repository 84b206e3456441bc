package i2c

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"edged/sensors"
)

// Model is what there is to know of a chip before it is opened.
type Model struct {
	Name      string        // as in the config
	Addresses []uint16      // that its pins can give it; the first is what it has as a rule
	Every     time.Duration // from one reading to the next if nobody says otherwise
	Least     time.Duration // the shortest that may be
	Gives     []Quantity    // in the order of a reading's values
	Keys      []string      // those of "channels", "gain", "shunt" and "max_current" that it has

	hello []byte        // a command that changes nothing, of chips that do not acknowledge a read without one
	pulse time.Duration // how often it wants to be measured however seldom it is read; 0: does not matter
	limit time.Duration // how long one measurement may take; 0: a second
	start starter
	adapt func(o *Options, gives []Quantity) []Quantity // what it gives with these options; nil: the same
}

// Quantity is one thing that a chip measures.
type Quantity struct {
	Name        string
	Unit        sensors.Unit
	Least, Most float64 // that the chip can give
	Source      string  // where its datasheet says so
}

// driver is a chip that has been started. sense puts one value for each quantity into v, in their order. It runs within
// w.call.
type driver interface {
	sense(v []float64) error
}

// starter makes the chip at w ready to measure. It runs within w.call.
type starter func(w *watch, o *Options) (driver, error)

// errForgot is what a driver says of a chip that is to be started again, and then to be believed.
var errForgot = errors.New("the chip has lost its settings")

// ErrWarming is wrapped by the error of one Read of a chip that has been started and will be believed later. It comes
// once; the next Read waits until then.
var ErrWarming = errors.New("warms up")

// otherChipError says that somebody else answers: nothing is wrong with the bus.
type otherChipError struct{ error }

func errNotIt(name string) error {
	return fmt.Errorf("what answers there is no %s", name)
}

// ModelOf returns the model of that name.
func ModelOf(name string) (Model, bool) {
	for _, m := range Models() {
		if m.Name == name {
			return m, true
		}
	}
	return Model{}, false
}

// Has says whether the chip can have that address.
func (m *Model) Has(address uint16) bool {
	return slices.Contains(m.Addresses, address)
}

// AddressText is the addresses in words: "0x76 or 0x77", "0x18 to 0x1f".
func (m *Model) AddressText() string {
	first, last := m.Addresses[0], m.Addresses[len(m.Addresses)-1]
	if n := len(m.Addresses); n > 2 && int(last-first) == n-1 {
		return fmt.Sprintf("%#02x to %#02x", first, last)
	}
	var words []string
	for _, a := range m.Addresses {
		words = append(words, fmt.Sprintf("%#02x", a))
	}
	return strings.Join(words, " or ")
}

// check refuses what the chip cannot have measured.
func (q *Quantity) check(v float64) error {
	if v >= q.Least && v <= q.Most {
		return nil
	}
	return fmt.Errorf("%s %v %s is outside %v to %v %s, which is all the chip can give (%s)", q.Name, short(v), q.Unit,
		q.Least, q.Most, q.Unit, q.Source)
}

// short is v to 6 digits, for people.
func short(v float64) string {
	if math.Abs(v) < 1e6 {
		return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.4f", v), "0"), ".")
	}
	return fmt.Sprintf("%g", v)
}

// names are those of all models.
func names() []string {
	var all []string
	for _, m := range Models() {
		all = append(all, m.Name)
	}
	return all
}

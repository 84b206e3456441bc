package boards

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// Zone is a place whose temperature the kernel knows: /sys/class/thermal/thermal_zone*, Linux
// Documentation/driver-api/thermal/sysfs-api.rst.
type Zone struct {
	Type  string // "cpu-thermal"
	Milli int    // thousandths of a degree Celsius
	Known bool   // it could be read: a zone of a part that sleeps cannot
	Trips []Trip

	dir string
}

// Trip is a temperature at which the kernel does something.
type Trip struct {
	Kind  string // passive: it slows down; active: a fan turns; hot; critical: it switches off
	Milli int
}

// Trip returns the lowest temperature of a kind, and whether there is one.
func (z *Zone) Trip(kind string) (int, bool) {
	least, ok := 0, false
	for _, t := range z.Trips {
		if t.Kind == kind && (!ok || t.Milli < least) {
			least, ok = t.Milli, true
		}
	}
	return least, ok
}

const thermalDir = "sys/class/thermal"

// Zones returns the zones of a machine and their temperatures now.
func Zones(root fs.FS) []Zone {
	var all []Zone
	for _, name := range list(root, thermalDir, "thermal_zone") {
		z := Zone{dir: thermalDir + "/" + name}
		z.Type = attribute(root, z.dir+"/type")
		z.Milli, z.Known = number(root, z.dir+"/temp")
		z.Trips = trips(root, z.dir)
		all = append(all, z)
	}
	return all
}

// trips reads trip_point_<n>_type and trip_point_<n>_temp.
func trips(root fs.FS, dir string) []Trip {
	var all []Trip
	for n := range 16 { // the kernel has 12 at most
		prefix := fmt.Sprintf("%s/trip_point_%d_", dir, n)
		kind := attribute(root, prefix+"type")
		if milli, ok := number(root, prefix+"temp"); ok && kind != "" && milli > 0 {
			all = append(all, Trip{kind, milli})
		}
	}
	return all
}

// Limiting returns those of the zones whose heat slows the processor down: those that the board's profile names, else those
// that are called after the processor, else all that are no charger, no disk and no radio.
func (p *Profile) Limiting(zones []Zone) []Zone {
	for _, belongs := range []func(string) bool{
		func(kind string) bool { return hasPrefix(kind, p.Zones) },
		func(kind string) bool {
			kind = strings.ToLower(kind)
			return strings.Contains(kind, "cpu") || strings.Contains(kind, "soc") || kind == "x86_pkg_temp"
		},
		func(kind string) bool {
			return kind != "" && !hasPrefix(kind, []string{"PMIC", "battery", "iwlwifi", "nvme", "wifi"})
		},
	} {
		var some []Zone
		for _, z := range zones {
			if belongs(z.Type) {
				some = append(some, z)
			}
		}
		if len(some) > 0 {
			return some
		}
	}
	return nil
}

// ErrNoThermal says that no zone is there whose temperature counts.
var ErrNoThermal = errors.New("no thermal zone of the processor")

// Thermal reads how hot the processor is, again and again, and allocates nothing. It belongs to one goroutine.
type Thermal struct {
	types []string
	files []*gauge
}

// OpenThermal opens the zones of root whose heat slows a board of this profile down. The error may be ErrNoThermal.
func OpenThermal(root fs.FS, board *Profile) (*Thermal, error) {
	t := &Thermal{}
	for _, z := range board.Limiting(Zones(root)) {
		g, err := openGauge(root, z.dir+"/temp")
		if err != nil {
			continue // of a driver that has just gone
		}
		t.types, t.files = append(t.types, z.Type), append(t.files, g)
	}
	if len(t.files) == 0 {
		return nil, ErrNoThermal
	}
	return t, nil
}

// Types returns the zones' types.
func (t *Thermal) Types() []string { return t.types }

// Read returns the temperature of the hottest zone, in thousandths of a degree Celsius. A zone that sleeps is passed over;
// the error is the last zone's, if none of them can be read.
func (t *Thermal) Read() (int, error) {
	hottest, ok := 0, false
	var last error
	for _, g := range t.files {
		milli, err := g.decimal()
		if err != nil {
			last = err
			continue
		}
		if !ok || milli > hottest {
			hottest, ok = milli, true
		}
	}
	if !ok {
		return 0, last
	}
	return hottest, nil
}

// Close closes the files.
func (t *Thermal) Close() error { return closeAll(t.files) }

func closeAll(all []*gauge) error {
	var errs []error
	for _, g := range all {
		errs = append(errs, g.file.Close())
	}
	return errors.Join(errs...)
}

// sensible says whether a number can be a temperature, in thousandths of a degree.
func sensible(milli int) bool { return milli > -60_000 && milli < 250_000 }

// decimal reads a gauge's number.
func (g *gauge) decimal() (int, error) {
	text, err := g.read()
	if err != nil {
		return 0, err
	}
	n, ok := parseDecimal(text)
	if !ok || !sensible(n) {
		return 0, fmt.Errorf("%s: %q is no temperature", g.name, text)
	}
	return n, nil
}

// parseDecimal is strconv.Atoi of bytes, without allocating.
func parseDecimal(text []byte) (int, bool) {
	negative := len(text) > 0 && text[0] == '-'
	if negative {
		text = text[1:]
	}
	const digits = 10 // of the largest
	if len(text) == 0 || len(text) > digits {
		return 0, false
	}
	n := int64(0)
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	if n > 1<<31-1 {
		return 0, false
	}
	if negative {
		n = -n
	}
	return int(n), true
}

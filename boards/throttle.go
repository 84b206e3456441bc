package boards

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// Flags say why a processor is slower than it could be, or what its power supply does. The low half is now, the high half
// since the start. Bits 0 to 3 and 16 to 19 are those of a Raspberry Pi's firmware ("get_throttled", Raspberry Pi
// documentation, vcgencmd); other boards' words are put into them, and OverCurrent is a Jetson's alone.
type Flags uint32

// What there may be.
const (
	UnderVoltage    Flags = 1 << iota // less than 4.63 V on a Pi: the power supply or its cable is too weak
	FrequencyCapped                   // the highest clock is not allowed
	Slowed                            // throttled, for want of power or for heat
	SoftLimit                         // near the limit of temperature: 60 °C on a Pi 3
	OverCurrent                       // more is drawn than the supply is made for

	sinceStart = 16
)

// Now is what is so now.
func (f Flags) Now() Flags { return f & (1<<sinceStart - 1) }

// Past is what has been so since the start, in the same bits.
func (f Flags) Past() Flags { return f >> sinceStart }

// Only returns those of the flags that are among bits, now and since the start.
func (f Flags) Only(bits Flags) Flags { return f & (bits | bits<<sinceStart) }

var flagNames = []struct {
	bit  Flags
	name string
}{
	{UnderVoltage, "under-voltage"}, {OverCurrent, "over-current"}, {FrequencyCapped, "frequency capped"}, {Slowed, "throttled"},
	{SoftLimit, "near the temperature limit"},
}

// String lists what is so now, and in brackets what has been before. It is "none" for neither.
func (f Flags) String() string {
	now, past := f.Now().names(), (f.Past() &^ f.Now()).names()
	switch {
	case now == "" && past == "":
		return "none"
	case past == "":
		return now
	case now == "":
		return "none now; since the start " + past
	}
	return now + "; since the start also " + past
}

func (f Flags) names() string {
	var all []string
	for _, n := range flagNames {
		if f&n.bit != 0 {
			all = append(all, n.name)
		}
	}
	return strings.Join(all, ", ")
}

// ErrNoThrottle says that the kernel does not tell whether the processor is held back.
var ErrNoThrottle = errors.New("nothing tells whether the processor is held back")

// Throttle reads what holds the processor back, again and again, and allocates nothing. It belongs to one goroutine.
type Throttle struct {
	sources []source
}

// source is one file and what its number means.
type source struct {
	*gauge
	flags func(s *source, n uint32) Flags
	knows Flags
	hex   bool
	bit   Flags
	last  uint32 // the count of the last look
	begun bool
}

// maxSources bounds what is opened; a board has at most a file for each cluster, and three counts.
const maxSources = 32

// OpenThrottle opens what root has of the known files. The error may be ErrNoThrottle.
//
//   - get_throttled of a Raspberry Pi's own kernels, in hexadecimal without 0x (drivers/firmware/raspberrypi.c there). Its
//     first reader since the start leaves the warning "deprecated" in the kernel's log, for the file below is to be
//     used instead, which knows of under-voltage alone.
//   - in0_lcrit_alarm of the hwmon rpi_volt, on other kernels (drivers/hwmon/raspberrypi-hwmon.c).
//   - oc1_event_cnt to oc3_event_cnt of the hwmon soctherm_oc of a Jetson Orin: how often its voltage fell, and how often
//     too much current was drawn, on average or at once (Jetson Linux Developer Guide, "Platform Power and Performance").
//   - cur_state of cooling devices that lower the clock, on any board: above 0 where heat does so (drivers/thermal/cpufreq_cooling.c).
func OpenThrottle(root fs.FS) (*Throttle, error) {
	t := &Throttle{}
	for _, name := range firmwareFiles(root) {
		t.add(root, name, source{flags: (*source).whole, knows: firmwareFlags, hex: true})
	}
	firmware := len(t.sources) > 0
	for _, name := range list(root, "sys/class/hwmon", "hwmon") {
		dir := "sys/class/hwmon/" + name + "/"
		switch kind := attribute(root, dir+"name"); {
		case kind == "rpi_volt" && !firmware:
			t.add(root, dir+"in0_lcrit_alarm", source{flags: (*source).alarm, bit: UnderVoltage})
		case kind == "soctherm_oc":
			t.add(root, dir+"oc1_event_cnt", source{flags: (*source).count, knows: UnderVoltage << sinceStart, bit: UnderVoltage})
			t.add(root, dir+"oc2_event_cnt", source{flags: (*source).count, knows: OverCurrent << sinceStart, bit: OverCurrent})
			t.add(root, dir+"oc3_event_cnt", source{flags: (*source).count, knows: OverCurrent << sinceStart, bit: OverCurrent})
		}
	}
	for _, name := range list(root, thermalDir, "cooling_device") {
		dir := thermalDir + "/" + name + "/"
		// "thermal-cpufreq-0" before Linux 5.12, "cpufreq-cpu0" since
		if hasPrefix(attribute(root, dir+"type"), []string{"cpufreq-", "thermal-cpufreq-"}) {
			t.add(root, dir+"cur_state", source{flags: (*source).alarm, bit: FrequencyCapped})
		}
	}
	if len(t.sources) == 0 {
		return nil, ErrNoThrottle
	}
	return t, nil
}

// firmwareFiles finds get_throttled: below soc/soc:firmware, on a Pi 5 soc@107c000000/soc@107c000000:firmware.
func firmwareFiles(root fs.FS) []string {
	var all []string
	for _, soc := range list(root, "sys/devices/platform", "soc") {
		dir := "sys/devices/platform/" + soc
		for _, name := range list(root, dir, "soc") {
			if strings.HasSuffix(name, ":firmware") && attribute(root, dir+"/"+name+"/get_throttled") != "" {
				all = append(all, dir+"/"+name+"/get_throttled")
			}
		}
	}
	return all
}

func (t *Throttle) add(root fs.FS, name string, s source) {
	var err error
	s.knows |= s.bit
	if s.gauge, err = openGauge(root, name); err == nil && len(t.sources) < maxSources {
		t.sources = append(t.sources, s)
	} else if err == nil {
		s.file.Close()
	}
}

// Read returns what holds the processor back. The error is that of a file which cannot be read; the flags are then those of
// the others.
func (t *Throttle) Read() (Flags, error) {
	var all Flags
	var last error
	for i := range t.sources {
		s := &t.sources[i]
		f, err := s.look()
		if err != nil {
			last = err
		}
		all |= f
	}
	return all, last
}

// Tells returns the flags that Read can give on this machine: what is not among them nobody knows.
func (t *Throttle) Tells() Flags {
	var all Flags
	for _, s := range t.sources {
		all |= s.knows
	}
	return all
}

// Close closes the files.
func (t *Throttle) Close() error {
	var all []*gauge
	for _, s := range t.sources {
		all = append(all, s.gauge)
	}
	return closeAll(all)
}

func (s *source) look() (Flags, error) {
	text, err := s.read()
	if err != nil {
		return 0, err
	}
	n, ok := parseCount(text, s.hex)
	if !ok {
		return 0, fmt.Errorf("%s: %q is no number", s.name, text)
	}
	return s.flags(s, n), nil
}

// firmwareFlags are those that a Raspberry Pi's firmware has.
const firmwareFlags = Flags(0xf | 0xf<<sinceStart)

// whole is a number that is flags already.
func (s *source) whole(n uint32) Flags { return Flags(n) & firmwareFlags }

// alarm is a number above 0 while something is so.
func (s *source) alarm(n uint32) Flags {
	if n == 0 {
		return 0
	}
	return s.bit
}

// count is a number that grows when something happens.
func (s *source) count(n uint32) Flags {
	var f Flags
	if n > 0 {
		f = s.bit << sinceStart
	}
	if s.begun && n != s.last {
		f |= s.bit
	}
	s.last, s.begun = n, true
	return f
}

// parseCount is strconv.ParseUint of bytes, without allocating. The kernel writes small letters.
func parseCount(text []byte, hex bool) (uint32, bool) {
	digits := "0123456789"
	if hex {
		digits = "0123456789abcdef"
	}
	n := uint64(0)
	for _, c := range text {
		digit := strings.IndexByte(digits, c)
		if n = n*uint64(len(digits)) + uint64(max(digit, 0)); digit < 0 || n >= 1<<32 {
			return 0, false
		}
	}
	return uint32(n), len(text) > 0
}

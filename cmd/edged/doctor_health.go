package main

import (
	"fmt"
	"strings"

	"edged/boards"
)

// near is how close to switching off is an error, and how close to slowing down is worth a note: in thousandths of a degree.
const near = 5000

// heat is the hottest of the zones that slow the processor down.
func (d *boardDoctor) heat() []findingJSON {
	var hottest *boards.Zone
	zones := d.machine.Board.Limiting(d.machine.Zones)
	for i := range zones {
		if z := &zones[i]; z.Known && (hottest == nil || z.Milli > hottest.Milli) {
			hottest = z
		}
	}
	if hottest == nil {
		return nil // amd64 in a virtual machine has none
	}
	f := findingJSON{Name: "heat", State: fmt.Sprintf("%s %s", hottest.Type, celsius(hottest.Milli))}
	slow, slows := hottest.Trip("passive")
	if !slows {
		slow, slows = hottest.Trip("hot") // a Raspberry Pi's firmware slows down by itself, there
	}
	off, ends := hottest.Trip("critical")
	if slows {
		f.State += ", slows down at " + celsius(slow)
	}
	if ends {
		f.State += ", switches off at " + celsius(off)
	}
	const remedy = "a heat sink or a fan; limits.temperature in the config has edged do less in time"
	switch {
	case ends && hottest.Milli >= off-near:
		f.Level, f.Cause, f.Remedy = ailing, "it is about to switch off", remedy
	case slows && hottest.Milli >= slow:
		f.Level, f.Cause, f.Remedy = warning, "the processor is slowed down", remedy
	case slows && hottest.Milli >= slow-near:
		f.Level, f.Cause, f.Remedy = note, "the processor is about to be slowed down", remedy
	}
	return []findingJSON{f}
}

func celsius(milli int) string { return fmt.Sprintf("%.1f °C", float64(milli)/1000) }

// power is what the supply does, and what holds the processor back.
func (d *boardDoctor) power() []findingJSON {
	var list []findingJSON
	const supply = boards.UnderVoltage | boards.OverCurrent
	const held = boards.FrequencyCapped | boards.Slowed | boards.SoftLimit
	if tells := d.machine.Tells.Only(supply); tells != 0 {
		list = append(list, supplyFinding(d.machine.Throttled.Only(supply), tells))
	}
	if tells := d.machine.Tells.Only(held); tells != 0 {
		list = append(list, heldFinding(d.machine.Throttled.Only(held), tells))
	}
	if mode := d.machine.PowerMode; mode != "" {
		list = append(list, findingJSON{Name: "power mode", State: mode, Cause: "nvpmodel -q --verbose says what it allows"})
	}
	return list
}

func supplyFinding(f, tells boards.Flags) findingJSON {
	x := findingJSON{Name: "power", State: well(f, tells)}
	const weak = "the supply or its cable is too weak: crashes and damaged cards follow"
	remedy := "the board's own supply (a Pi 4: 5.1 V 3 A; a Pi 5: 5 V 5 A), a short cable, USB devices on a hub with its own"
	if f.Only(boards.OverCurrent) != 0 {
		remedy = "a stronger supply, or a lower power mode: nvpmodel -m"
	}
	switch {
	case f.Now()&boards.UnderVoltage != 0:
		x.Level, x.Cause, x.Remedy = ailing, weak, remedy
	case f != 0:
		x.Level, x.Cause, x.Remedy = warning, weak, remedy
	}
	return x
}

func heldFinding(f, tells boards.Flags) findingJSON {
	x := findingJSON{Name: "throttling", State: well(f, tells)}
	const remedy = "better cooling, or less to do: every, size and limits in the config"
	switch {
	case f.Now() != 0:
		x.Level, x.Cause, x.Remedy = warning, "models take longer than they could", remedy
	case f != 0:
		x.Level, x.Cause, x.Remedy = note, "models took longer than they could", remedy
	}
	return x
}

// well is the flags in words; none of them is good. What has been before is not told everywhere.
func well(f, tells boards.Flags) string {
	switch {
	case f != 0:
		return f.String()
	case tells.Past() != 0:
		return "no trouble since the start"
	}
	return "no trouble now"
}

// user says which of the groups that own devices the user is in.
func (d *boardDoctor) user() []findingJSON {
	u := &d.machine.User
	if u.Name == "" {
		return nil
	}
	f := findingJSON{Name: "user", State: u.Name}
	if u.Root {
		return []findingJSON{f}
	}
	var in, out []string
	for _, g := range boards.Groups(d.root, "video", "audio", "i2c", "gpio", "render") {
		if u.In(g) {
			in = append(in, g)
		} else {
			out = append(out, g)
		}
	}
	f.State += ", in the groups " + or(strings.Join(in, ", "), "of no device")
	if len(out) > 0 {
		f.Level, f.Cause = note, "not in "+strings.Join(out, ", ")+", whose devices it may not open"
		f.Remedy = fmt.Sprintf("usermod -aG %s %s, as root, and a new login", strings.Join(out, ","), u.Name)
	}
	return []findingJSON{f}
}

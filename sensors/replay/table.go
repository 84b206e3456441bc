package replay

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"edged/sensors"
)

// maxColumns is more than any chip says.
const maxColumns = 256

// maxSeries is how long a series may last: ten years.
const maxSeries = 10 * 365 * 24 * time.Hour

// table is a series' columns and the row last parsed.
type table struct {
	columns []sensors.Value // names and units; that of the time has no meaning
	time    int             // which column is the time; -1 for none
	rfc3339 bool            // how the first row gives the time
	first   float64         // seconds
	begun   time.Time       // or that
	rows    int

	offset time.Duration // of the row, from the first
	values []sensors.Value
}

func (t *table) timed() bool { return t.time >= 0 }

// header reads the column's names: "temperature[°C]", the unit may be absent.
func (t *table) header(line []byte) error {
	*t = table{time: -1, values: t.values[:0]}
	if !utf8.Valid(line) {
		return errors.New("header is not UTF-8")
	}
	seen := map[string]bool{}
	for cell := range strings.SplitSeq(string(line), ",") {
		name, unit := nameUnit(unquote(cell))
		_, number := strconv.ParseFloat(name, 64)
		switch {
		case name == "":
			return fmt.Errorf("header: column %d has no name", len(t.columns)+1)
		case number == nil:
			return fmt.Errorf("header: column %d is called %q: is there no header row?", len(t.columns)+1, name)
		case seen[name]:
			return fmt.Errorf("header: two columns are called %q", name)
		case len(t.columns) == maxColumns:
			return fmt.Errorf("header: more than %d columns", maxColumns)
		}
		seen[name] = true
		if strings.EqualFold(name, "time") {
			t.time = len(t.columns)
		}
		t.columns = append(t.columns, sensors.Value{Name: name, Unit: sensors.Unit(unit)})
	}
	if len(t.columns) == 1 && t.timed() {
		return errors.New("header: no column but the time")
	}
	return nil
}

// nameUnit splits "temperature[°C]".
func nameUnit(cell string) (name, unit string) {
	name, unit, ok := strings.Cut(cell, "[")
	if unit, closed := strings.CutSuffix(unit, "]"); ok && closed {
		return strings.TrimSpace(name), strings.TrimSpace(unit)
	}
	return cell, ""
}

func unquote(cell string) string {
	return strings.Trim(strings.TrimSpace(cell), `"`)
}

// parse reads one row into offset and values. A row that fails leaves the times of others as they are.
func (t *table) parse(line []byte) error {
	t.values = t.values[:0]
	if n := bytes.Count(line, []byte(",")) + 1; n != len(t.columns) {
		return fmt.Errorf("%d cells, want %d as in the header", n, len(t.columns))
	}
	var when string
	for i, c := range t.columns {
		var raw []byte
		raw, line, _ = bytes.Cut(line, []byte(","))
		cell := unquote(string(raw))
		if i == t.time {
			when = cell
			continue
		}
		if cell == "" {
			continue
		}
		v, err := number(cell)
		if err != nil {
			return fmt.Errorf("column %q: %w", c.Name, err)
		}
		t.values = append(t.values, sensors.Value{Name: c.Name, Unit: c.Unit, Value: v})
	}
	if !t.timed() || len(t.values) == 0 {
		return nil
	}
	if err := t.at(when); err != nil {
		t.values = t.values[:0]
		return fmt.Errorf("column %q: %w", t.columns[t.time].Name, err)
	}
	return nil
}

// at reads the row's time. The first says what is counted from, and in which of the two ways.
func (t *table) at(cell string) error {
	seconds, err := number(cell)
	stamp, bad := time.Parse(time.RFC3339Nano, cell)
	if t.rows == 0 {
		t.rfc3339, t.first, t.begun = err != nil, seconds, stamp
	}
	var offset time.Duration
	if t.rfc3339 {
		if bad != nil {
			return fmt.Errorf("%q is neither seconds nor RFC 3339, as in 2006-01-02T15:04:05Z", cell)
		}
		offset = stamp.Sub(t.begun)
	} else {
		if err != nil {
			return err
		}
		ns := math.Round((seconds - t.first) * 1e9)
		offset = time.Duration(min(max(ns, -1<<62), 1<<62))
	}
	switch {
	case offset < t.offset:
		return fmt.Errorf("%q goes back by %v", cell, t.offset-offset)
	case offset > maxSeries:
		return fmt.Errorf("%q is more than %v after the first row", cell, maxSeries)
	}
	t.offset = offset
	t.rows++
	return nil
}

// number reads a finite number.
func number(cell string) (float64, error) {
	v, err := strconv.ParseFloat(cell, 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		return 0, fmt.Errorf("%q is not a number", cell)
	}
	return v, nil
}

package grammar

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"edged/sensors"
)

// common is what all languages share.
type common struct {
	quiet map[string]bool     // labels that are never said, in lower case
	above map[string][]string // of a label, those that say more
	units map[sensors.Unit]unit
}

// unit says how readings in it are told.
type unit struct {
	places int     // behind the decimal point
	step   float64 // what changes by so much is worth a sentence
	factor float64 // what they are multiplied by
	name   string
}

func newCommon() (*common, error) {
	text, err := files.ReadFile("words/" + commonFile + ".txt")
	if err != nil {
		return nil, fmt.Errorf("grammar: %w", err)
	}
	c := &common{quiet: map[string]bool{}, above: map[string][]string{}, units: map[sensors.Unit]unit{}}
	for line := range lines(string(text)) {
		if err := c.read(line); err != nil {
			return nil, fmt.Errorf("grammar: %s.txt: %q: %w", commonFile, line, err)
		}
	}
	return c, nil
}

func (c *common) read(line string) error {
	if labels, ok := strings.CutPrefix(line, "quiet "); ok {
		for _, label := range split(strings.ToLower(labels), ";") {
			c.quiet[label] = true
		}
		return nil
	}
	if said, ok := strings.CutPrefix(line, "unit "); ok {
		return c.readUnit(said)
	}
	label, more, ok := strings.Cut(strings.ToLower(line), " < ")
	if !ok {
		return fmt.Errorf("says nothing")
	}
	c.above[label] = append(c.above[label], split(more, ";")...)
	return nil
}

func (c *common) readUnit(said string) (err error) {
	name, how, _ := strings.Cut(said, " = ")
	parts := split(how, "|")
	if len(parts) < 2 {
		return fmt.Errorf("want places and a step")
	}
	u := unit{factor: 1, name: name}
	if u.places, err = strconv.Atoi(parts[0]); err != nil {
		return err
	}
	if u.step, err = strconv.ParseFloat(parts[1], 64); err != nil {
		return err
	}
	if len(parts) > 2 {
		factor, name, _ := strings.Cut(parts[2], " ")
		u.name = name
		if u.factor, err = strconv.ParseFloat(factor, 64); err != nil {
			return err
		}
	}
	c.units[sensors.Unit(name)] = u
	return nil
}

// unit returns how readings in u are told: those of an unknown one with two places, when they change by a tenth of what
// was told.
func (c *common) unit(u sensors.Unit, told float64) unit {
	if known, ok := c.units[u]; ok {
		return known
	}
	return unit{places: 2, step: max(told/10, -told/10, 0.01), factor: 1, name: string(u)}
}

// hidden says whether a label is not said beside others.
func (c *common) hidden(label string, beside func(label string) bool) bool {
	label = strings.ToLower(label)
	if c.quiet[label] {
		return true
	}
	return slices.ContainsFunc(c.above[label], beside)
}

package media

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"edged/pipelines"
)

// What is a kind of media.
type What string

// The kinds of media.
const (
	Pictures What = "pictures"
	Sounds   What = "sound"
)

// Policy says what may leave. The zero value lets all leave as it is.
type Policy struct {
	Never  []What
	Redact []Redaction
}

// Redaction is a class of things that is covered in a camera's pictures.
type Redaction struct {
	Class  string
	Sensor string // empty is all cameras
}

// ErrNever is what the policy says of what never leaves.
var ErrNever = errors.New("privacy.never keeps it here")

// Never returns an error if media of a kind never leave.
func (p Policy) never(w What) error {
	if slices.Contains(p.Never, w) {
		return fmt.Errorf("%s: %w", w, ErrNever)
	}
	return nil
}

// hides returns the classes that are covered in a camera's pictures.
func (p Policy) hides(sensor string) (classes []string) {
	for _, r := range p.Redact {
		if (r.Sensor == "" || r.Sensor == sensor) && !slices.Contains(classes, r.Class) {
			classes = append(classes, r.Class)
		}
	}
	return classes
}

// Eye is an encoder that finds things in a camera's pictures.
type Eye struct {
	Pipeline, Sensor, Model string   // as its events name it
	Classes                 []string // that it can find
	Most                    int      // things in one event; as many mean that there may be more. 0 is no limit
	Part                    float64  // width over height of the middle part that it looks at; 0 is all of the picture
	Rests                   bool     // what it says of a picture may be what it found in an earlier one
}

// finds says whether e looks at all of every picture for a class.
func (e *Eye) finds(class string) bool {
	return e.Part == 0 && !e.Rests && slices.Contains(e.Classes, class)
}

// Look is what an Eye found in one picture.
type Look struct {
	Eye   *Eye
	Found []pipelines.Detection
}

// full says that there may be more than was found.
func (l *Look) full() bool { return l.Eye.Most > 0 && len(l.Found) >= l.Eye.Most }

// Door lets out what its policy allows.
type Door struct {
	policy Policy
	eyes   []*Eye
	desk   desk
}

// NewDoor returns a Door. Eyes are told to it before anything leaves.
func NewDoor(p Policy) *Door { return &Door{policy: p} }

// Add tells d of an Eye, before anything leaves.
func (d *Door) Add(e *Eye) { d.eyes = append(d.eyes, e) }

// Allows returns an error if no media of a kind ever leave.
func (d *Door) Allows(w What) error { return d.policy.never(w) }

// Redacts says whether something is covered in a camera's pictures.
func (d *Door) Redacts(sensor string) bool { return len(d.policy.hides(sensor)) > 0 }

// Guards says whether what an Eye finds of a class decides what leaves; of any class, if it is empty.
func (d *Door) Guards(e *Eye, class string) bool {
	for _, c := range d.policy.hides(e.Sensor) {
		if e.finds(c) && (class == "" || class == c) {
			return true
		}
	}
	return false
}

// Ever returns an error if no picture of a camera can ever leave.
func (d *Door) Ever(sensor string) error {
	if err := d.policy.never(Pictures); err != nil {
		return err
	}
	for _, class := range d.policy.hides(sensor) {
		if !slices.ContainsFunc(d.eyes, func(e *Eye) bool { return e.Sensor == sensor && e.finds(class) }) {
			return fmt.Errorf("pictures of %q stay here: privacy.redact covers %q, and no encoder looks for that at all of every picture%s",
				sensor, class, d.instead(sensor, class))
		}
	}
	return nil
}

// instead says what the eyes of a camera lack to find a class.
func (d *Door) instead(sensor, class string) string {
	for _, e := range d.eyes {
		switch {
		case e.Sensor != sensor || !slices.Contains(e.Classes, class):
		case e.Part != 0:
			return fmt.Sprintf(": %s sees but the middle of it, by crop: center", e.Model)
		case e.Rests:
			return fmt.Sprintf(": %s rests at times, by its gate", e.Model)
		}
	}
	return ""
}

// covered returns an error unless looks at one picture of a camera tell of all that is to be covered in it.
func (d *Door) covered(sensor string, looks []Look) error {
	var lacks []string
	for _, class := range d.policy.hides(sensor) {
		seen := slices.IndexFunc(looks, func(l Look) bool { return l.Eye.Sensor == sensor && l.Eye.finds(class) })
		switch {
		case seen < 0:
			lacks = append(lacks, fmt.Sprintf("nobody has looked for %q in it", class))
		case looks[seen].full():
			lacks = append(lacks, fmt.Sprintf("%s found as much as it can tell, %d: there may be more", looks[seen].Eye.Model, len(looks[seen].Found)))
		}
	}
	if len(lacks) > 0 {
		return fmt.Errorf("the picture stays here: %s", strings.Join(lacks, "; "))
	}
	return nil
}

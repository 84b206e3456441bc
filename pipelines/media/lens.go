package media

import (
	"edged/pipelines"
	"edged/runtime/tensor"
	"edged/sensors"
)

// lens is a Preparer that holds the picture that its encoder is looking at. It belongs to the encoder's goroutine, which also
// puts what the encoder finds.
type lens struct {
	pipelines.Preparer[sensors.Frame]
	eye     *Eye
	added   *held // the newest that was added
	looking *held // the newest that the encoder's input was made of
}

// Watch returns p, for an encoder whose events tell what is in c's pictures. p must make each input of one picture and have its
// time as the window's, as prep.Image does.
func (c *Camera) Watch(p pipelines.Preparer[sensors.Frame], e *Eye) pipelines.Preparer[sensors.Frame] {
	l := &lens{p, e, new(held), new(held)}
	c.lenses = append(c.lenses, l)
	return l
}

// Add copies f before the encoder's input is made of it.
func (l *lens) Add(f *sensors.Frame) error {
	sensors.Copy(&l.added.frame, f)
	return l.Preparer.Add(f)
}

// Next notes which picture the encoder gets.
func (l *lens) Next(dst *tensor.Tensor) (pipelines.Window, bool, error) {
	w, ok, err := l.Preparer.Next(dst)
	if ok && err == nil && w.End.Equal(l.added.frame.Time) {
		l.added, l.looking = l.looking, l.added
	}
	return w, ok, err
}

// Pass leaves out f.
func (l *lens) Pass(f *sensors.Frame) bool {
	p, ok := l.Preparer.(pipelines.Passer[sensors.Frame])
	return ok && p.Pass(f)
}

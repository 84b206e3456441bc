package pipelines

import (
	"fmt"

	"edged/runtime/tensor"
	"edged/sensors"
)

// Gate lets an encoder rest while what it would be given is as good as what it ran on last: its last result then counts as
// of now, for the fusion and for its own events. The zero value is always open. At most one of Motion and Level is set.
type Gate struct {
	Motion float64 // of pictures: it opens when a part of the picture, an eighth of each side, changes by this part of full scale
	Span   float64 // what full scale is in a float32 picture; 0 is 1

	Level float64 // of sound, in dBFS by AES17: it opens for what is that loud, and once for the silence after it; 0 is no gate
}

// gate is a Gate at work.
type gate interface {
	// hear is told of each sample.
	hear(s any)
	// still says whether a window's input is as good as the last one that was run.
	still(w Window, in *tensor.Tensor) bool
	// ran says that the input that still was last asked of has been run, and whether there is a result.
	ran(ok bool)
}

// GateFits returns an error if the gate of e is none for samples of type T, or for e's input.
func GateFits[T sensors.Sample](e Encoder) error {
	_, err := newGate(e.Gate, any(new(T)), e.Session.Signature().Inputs[0])
	return err
}

// newGate makes the gate of an encoder of samples like s; nil if g is always open.
func newGate(g Gate, s any, in tensor.Info) (gate, error) {
	_, picture := s.(*sensors.Frame)
	_, sound := s.(*sensors.Clip)
	switch {
	case g.Motion == 0 && g.Level == 0:
		return nil, nil
	case g.Motion != 0 && g.Level != 0:
		return nil, fmt.Errorf("a gate is of motion or of level, not of both")
	case g.Motion != 0 && !picture:
		return nil, fmt.Errorf("only a picture moves; the gate's motion is %v", g.Motion)
	case g.Level != 0 && !sound:
		return nil, fmt.Errorf("only sound has a level; the gate's is %v dBFS", g.Level)
	case g.Level != 0:
		return newLevelGate(g.Level), nil
	}
	return newMotionGate(g, in)
}

package decode

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"edged/runtime"
	"edged/runtime/tensor"
)

// stepper runs a step model: token, fused and state in, logits and the next state out. It is told of a state as the bytes
// of the state's inputs, one after the other, so that a state can be kept and gone back to.
type stepper struct {
	session      runtime.Session
	token, fused int // inputs
	logits       int // an output
	states       []stateTensor
	size         int // of a state, bytes
	zero         []byte
	scores       []float32 // of the last step
	reals        []float32
}

// stateTensor is an input and the output that becomes it in the next step.
type stateTensor struct {
	in, out int
	same    bool // the output's bytes are the input's: their scales are one
}

// newStepper finds a model's tensors by their names and shapes: the inputs "token", one int32 or int64, and "fused", the
// output "logits", of a score for each of n tokens; every other input is a state, and the output of its name and shape the
// next one.
func newStepper(session runtime.Session, n int) (*stepper, error) {
	sig := session.Signature()
	s := &stepper{session: session, token: named(sig.Inputs, "token"), fused: named(sig.Inputs, "fused"), logits: named(sig.Outputs, "logits")}
	switch {
	case s.token < 0 || s.fused < 0:
		return nil, fmt.Errorf("captions: the model has the inputs %s; want token, fused and a state", describe(sig.Inputs))
	case s.logits < 0:
		return nil, fmt.Errorf("captions: the model has the outputs %s; want logits and a state", describe(sig.Outputs))
	}
	if t := &sig.Inputs[s.token]; t.Shape.Elems() != 1 || t.DType != tensor.Int32 && t.DType != tensor.Int64 {
		return nil, fmt.Errorf("captions: input %q is %v %v, want one int32", t.Name, t.DType, t.Shape)
	}
	if l := &sig.Outputs[s.logits]; l.Shape.Elems() != n {
		return nil, fmt.Errorf("captions: output %q is %v, and the card has %d tokens", l.Name, l.Shape, n)
	}
	if err := readable(&sig.Outputs[s.logits]); err != nil {
		return nil, fmt.Errorf("captions: %w", err)
	}
	if _, _, err := sig.Inputs[s.fused].Affine(); err != nil {
		return nil, fmt.Errorf("captions: input %q %w", sig.Inputs[s.fused].Name, err)
	}
	return s, s.findStates(sig)
}

func (s *stepper) findStates(sig tensor.Signature) error {
	for i := range sig.Inputs {
		in := &sig.Inputs[i]
		if i == s.token || i == s.fused {
			continue
		}
		o := named(sig.Outputs, in.Name)
		if o < 0 || !slices.Equal(sig.Outputs[o].Shape, in.Shape) {
			return fmt.Errorf("captions: input %q is %v, and the model has the outputs %s; want one of that name and shape, its next value",
				in.Name, in.Shape, describe(sig.Outputs))
		}
		out := &sig.Outputs[o]
		for _, info := range []*tensor.Info{in, out} {
			if _, _, err := info.Affine(); err != nil {
				return fmt.Errorf("captions: state %q %w", in.Name, err)
			}
		}
		zero := &tensor.Tensor{Info: *in, Data: make([]byte, in.DType.Bytes(in.Shape.Elems()))}
		if err := tensor.SetReals(zero, make([]float32, in.Shape.Elems())); err != nil {
			return fmt.Errorf("captions: state %q %w", in.Name, err)
		}
		s.zero = append(s.zero, zero.Data...)
		s.states = append(s.states, stateTensor{i, o, sameScale(in, out)})
	}
	if s.size = len(s.zero); s.size == 0 {
		return fmt.Errorf("captions: the model has the inputs %s; want a state beside token and fused", describe(sig.Inputs))
	}
	return nil
}

// tell says which embedding is to be put into words.
func (s *stepper) tell(fused *tensor.Tensor) error {
	var err error
	if s.reals, err = reals(s.reals, fused); err != nil {
		return err
	}
	if err := tensor.SetReals(s.session.Input(s.fused), s.reals); err != nil {
		return fmt.Errorf("input %q %w", s.session.Input(s.fused).Name, err)
	}
	return nil
}

// step says a token in a state, replaces the state by the next one, and returns the scores of what may follow: they are
// the stepper's own, until the next step.
func (s *stepper) step(ctx context.Context, token int, state []byte) ([]float32, error) {
	in := s.session.Input(s.token)
	if in.DType == tensor.Int64 {
		tensor.As[int64](in.Data)[0] = int64(token)
	} else {
		tensor.As[int32](in.Data)[0] = int32(token)
	}
	rest := state
	for _, t := range s.states {
		n := copy(s.session.Input(t.in).Data, rest)
		rest = rest[n:]
	}
	if err := s.session.Invoke(ctx); err != nil {
		return nil, err
	}
	if err := s.next(state); err != nil {
		return nil, err
	}
	var err error
	if s.scores, err = reals(s.scores, s.session.Output(s.logits)); err != nil {
		return nil, err
	}
	for i, v := range s.scores {
		if v != v {
			return nil, fmt.Errorf("the score of token %d is not a number", i)
		}
	}
	return s.scores, nil
}

// next writes the state that the model gives.
func (s *stepper) next(state []byte) error {
	for _, t := range s.states {
		in, out := s.session.Input(t.in), s.session.Output(t.out)
		if !t.same {
			var err error
			if s.reals, err = reals(s.reals, out); err != nil {
				return err
			}
			if err := tensor.SetReals(in, s.reals); err != nil {
				return fmt.Errorf("state %q %w", in.Name, err)
			}
			out = in
		}
		if n := copy(state, out.Data); n != len(in.Data) {
			return fmt.Errorf("state %q has %d bytes, want %d", in.Name, n, len(in.Data))
		}
		state = state[len(in.Data):]
	}
	return nil
}

func sameScale(a, b *tensor.Info) bool {
	sa, za, errA := a.Affine()
	sb, zb, errB := b.Affine()
	return errA == nil && errB == nil && a.DType == b.DType && sa == sb && za == zb
}

// named returns the place of the tensor of a name, or −1.
func named(infos []tensor.Info, name string) int {
	return slices.IndexFunc(infos, func(i tensor.Info) bool { return i.Name == name })
}

// describe lists tensors for an error.
func describe(infos []tensor.Info) string {
	var b bytes.Buffer
	for i, info := range infos {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s %v", info.Name, info.Shape)
	}
	if len(infos) == 0 {
		return "none"
	}
	return b.String()
}

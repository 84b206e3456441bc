//go:build linux && (amd64 || arm64 || arm) && !nonative

package native

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"time"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// Open opens a model, given both as a file's bytes and parsed, on the worker. With keep, a model that the library or the
// delegate refuses, or that ends the worker, stays and is tried again later: its Invoke says why it does not run.
func (w *Worker) Open(file []byte, m *tflite.Model, o Options, keep bool) (*Session, error) {
	if o.Delegate.Name == "edgetpu" && !o.AllowCPU && !compiledFor(m) {
		return nil, errNotCompiled
	}
	s := &Session{w: w, options: o, turn: newTurn(modelKey(file))}
	var err error
	if s.signature, err = signatureOf(m, o.Signature); err != nil {
		return nil, err
	}
	s.graph = &m.Graphs[s.signature.Graph]
	if s.model, err = newMemory("edged-model", len(file)); err != nil {
		return nil, err
	}
	copy(s.model.data, file)
	if keep {
		w.adoptSoon(s)
		return s, nil
	}
	if fault := w.adopt(s); fault != nil {
		return nil, errors.Join(fault, s.Close())
	}
	return s, nil
}

// signatureOf returns the main graph, or the signature of that key with its names in the order of its graph. Tensors that it
// does not name have their own names.
func signatureOf(m *tflite.Model, key string) (signature, error) {
	if key == "" {
		return signature{}, nil
	}
	for _, d := range m.Signatures {
		if d.Key == key {
			g := &m.Graphs[d.Graph]
			return signature{key, d.Graph, portNames(g, g.Inputs, d.Inputs), portNames(g, g.Outputs, d.Outputs)}, nil
		}
	}
	return signature{}, fmt.Errorf("the model has no signature %q", key)
}

func portNames(g *tflite.Graph, indices []int, ports []tflite.Port) (names []string) {
	for _, i := range indices {
		name := g.Tensors[i].Name
		for _, p := range ports {
			if p.Tensor == i {
				name = p.Name
			}
		}
		names = append(names, name)
	}
	return names
}

// adopt makes s one of the worker's sessions and opens it.
func (w *Worker) adopt(s *Session) error {
	w.structure.Lock()
	defer w.structure.Unlock()
	if s.closed {
		return nil
	}
	w.next++
	s.id = w.next
	w.sessions[s.id] = s
	return w.bring(s)
}

// patience is how long a session that may wait, because another engine answers, is waited for.
const patience = time.Second

// adoptSoon is adopt, in the background where it takes longer than patience. Close waits for it.
func (w *Worker) adoptSoon(s *Session) {
	done := make(chan struct{})
	w.begin(func() {
		defer close(done)
		_ = w.adopt(s) // its Invoke says why
	})
	select {
	case <-done:
	case <-time.After(patience):
	}
}

// begin starts f, unless the worker has ended.
func (w *Worker) begin(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.ended {
		w.starts.Go(f)
	}
}

// modelKey tells models apart.
func modelKey(file []byte) string {
	sum := sha256.Sum256(file)
	return string(sum[:])
}

// bring opens a new session in the process. The caller holds structure.
func (w *Worker) bring(s *Session) error {
	w.mu.Lock()
	p, state, ended := w.p, w.state.fault, w.ended
	w.mu.Unlock()
	if ended || p == nil && state != nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.down()
	}
	if e := w.revive(); e != nil {
		return e
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if s.fault != nil {
		return s.fault
	}
	return nil
}

// enter loads the session into p. What the library refuses becomes the session's fault; an error is the process's.
func (s *Session) enter(p *process) error {
	if p.dead {
		return errEnded
	}
	err := s.load(p)
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	s.fault = nil
	if e, ok := errors.AsType[*WorkerError](err); ok {
		s.fault = explain(e, s.options.Delegate)
		return nil
	}
	if err == nil {
		s.in = p
	}
	return err
}

var errEnded = errors.New("the process has ended")

// load opens the session in a process, and gives it the memory for its tensors.
func (s *Session) load(p *process) error {
	r := request{Library: s.w.options.Library, Delegate: s.options.Delegate, Threads: s.options.Threads, Shapes: s.options.Shapes,
		AllowCPU: s.options.AllowCPU, Bytes: len(s.model.data), Signature: s.signature}
	timeout := s.options.LoadTimeout
	if timeout <= 0 {
		timeout = time.Minute
	}
	var o opened
	if err := p.call(header{kind: kindOpen, session: s.id}, r, s.model.fd, timeout, &o); err != nil {
		return err
	}
	if o.Error != "" {
		return refused(o.outcome, p)
	}
	if err := s.place(o); err != nil {
		return &WorkerError{Fault: Refused, What: err.Error()}
	}
	var end outcome
	if err := p.call(header{kind: kindMap, session: s.id}, mapping{len(s.shared.data)}, s.shared.fd, timeout, &end); err != nil {
		return err
	}
	if end.Error != "" {
		return refused(end, p)
	}
	return nil
}

// refused makes an error of an answer, with what the library has printed meanwhile.
func refused(o outcome, p *process) *WorkerError {
	e := &WorkerError{Fault: Refused, What: o.Error, Hint: o.Hint}
	if said := p.printed.take(); said != "" {
		e.What += ": " + said
	}
	return e
}

// place gives the tensors their memory; a later process must see the model as the first did.
func (s *Session) place(o opened) error {
	if s.shared != nil {
		if !slices.EqualFunc(o.Inputs, s.opened.Inputs, samePort) || !slices.EqualFunc(o.Outputs, s.opened.Outputs, samePort) {
			return errors.New("the model has other tensors than before the restart")
		}
		return nil
	}
	if len(o.Inputs) != len(s.graph.Inputs) || len(o.Outputs) != len(s.graph.Outputs) {
		return fmt.Errorf("the library sees %d inputs and %d outputs, the file has %d and %d", len(o.Inputs), len(o.Outputs),
			len(s.graph.Inputs), len(s.graph.Outputs))
	}
	if err := s.stringsFit(o); err != nil {
		return err
	}
	offsets, size := layout(o.Inputs, o.Outputs)
	m, err := newMemory("edged-tensors", size)
	if err != nil {
		return err
	}
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	s.shared, s.opened = m, o
	s.inputs = s.tensors(s.graph.Inputs, o.Inputs, offsets)
	s.strings = slices.ContainsFunc(o.Inputs, func(p port) bool { return p.DType == tensor.String })
	s.outputs = s.tensors(s.graph.Outputs, o.Outputs, offsets[len(o.Inputs):])
	for _, t := range s.outputs {
		s.fixed = append(s.fixed, t.Data)
	}
	return nil
}

// stringsFit says which input of strings the library gives no way to fill.
func (s *Session) stringsFit(o opened) error {
	for i, p := range o.Inputs {
		if p.DType == tensor.String && !o.Parts["string inputs"] {
			return fmt.Errorf("input %q is of strings, and the library (%s) does not export TfLiteTensorRealloc, which they take",
				s.graph.Tensors[s.graph.Inputs[i]].Name, o.Version)
		}
	}
	return nil
}

func samePort(a, b port) bool {
	return a.DType == b.DType && a.Bytes == b.Bytes && slices.Equal(a.Shape, b.Shape)
}

// tensors are the graph's, with the library's types and shapes.
func (s *Session) tensors(indices []int, ports []port, offsets []int) (list []tensor.Tensor) {
	for i, p := range ports {
		t := tensor.Tensor{Info: s.graph.Tensors[indices[i]].Info, Data: s.shared.data[offsets[i] : offsets[i]+p.Bytes : offsets[i]+p.Bytes]}
		t.DType, t.Shape = p.DType, p.Shape
		list = append(list, t)
	}
	return list
}

//go:build linux && (amd64 || arm64 || arm) && !nonative

package native

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// Session is a model on a Worker. Its tensors lie in memory that the worker shares.
type Session struct {
	w       *Worker
	id      uint32
	turn    *turn
	options Options
	graph   *tflite.Graph

	signature signature
	model     *memory
	shared    *memory // nil until the library has taken the model once
	opened    opened
	closed    bool         // guarded by the worker's structure
	in        *process     // that has the model; written under the worker's structure and mu
	fault     *WorkerError // why the library refuses it; nil if it does not; as in

	inputs, outputs []tensor.Tensor
	fixed           [][]byte // the outputs' places in the shared memory
	strings         bool     // some inputs are
	moved           bool     // the outputs are elsewhere since they had another size
	invokes         int64
}

// Signature says what goes in and out, in the graph's order.
func (s *Session) Signature() (g tensor.Signature) {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	for _, t := range s.inputs {
		g.Inputs = append(g.Inputs, t.Info)
	}
	for _, t := range s.outputs {
		g.Outputs = append(g.Outputs, t.Info)
	}
	return g
}

// Input returns graph input i, in shared memory.
func (s *Session) Input(i int) *tensor.Tensor { return &s.inputs[i] }

// Output returns graph output i.
func (s *Session) Output(i int) *tensor.Tensor { return &s.outputs[i] }

// Invoke runs the model once. A *WorkerError says that the library or the worker failed; the session then answers with
// Down until the worker is back.
func (s *Session) Invoke(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	swap, start := s.w.turns.enter(s.turn), time.Now()
	err := s.invoke(ctx)
	if err != nil {
		s.w.turns.leave(swap, 0)
		return err
	}
	s.w.turns.leave(swap, time.Since(start))
	return nil
}

// invoke runs the model in its turn.
func (s *Session) invoke(ctx context.Context) error {
	s.w.io.Lock()
	defer s.w.io.Unlock()
	p, err := s.process()
	if err != nil {
		return err
	}
	if ctx.Done() != nil && s.cancels() {
		defer context.AfterFunc(ctx, p.cancel)()
	}
	limit, byContext := s.limit(ctx)
	strings, stringsFD := []byte(nil), -1
	if s.strings {
		var m *memory
		if strings, m, err = s.packStrings(); err != nil {
			return err
		}
		defer m.close()
		stringsFD = m.fd
	}
	body, fd, err := p.ask(header{kind: kindInvoke, session: s.id}, strings, stringsFD, limit)
	defer closeFD(fd)
	switch {
	case errors.Is(err, errNoAnswer) && byContext:
		return context.DeadlineExceeded // the answer, when it comes, is dropped
	case err != nil:
		return s.w.fail(p, err)
	case len(body) > 0:
		if err := s.finish(p, body, fd); err != nil {
			return cmp.Or(ctx.Err(), err) // the library says no more than that it was cancelled
		}
	case s.moved:
		s.settle()
	}
	s.invokes++
	if s.w.overLimit(p) {
		return s.w.fail(p, errLeaked)
	}
	return nil
}

// Ready returns why the model does not run at the moment; nil if it does, as far as is known. It waits for nothing.
func (s *Session) Ready() error {
	if _, err := s.process(); err != nil {
		return err
	}
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	if s.w.opening.p != nil {
		return &WorkerError{Fault: Down, What: "loads another model"}
	}
	return nil
}

// process returns the process that has the session, or why there is none.
func (s *Session) process() (*process, error) {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	p := s.w.p
	switch {
	case p == nil:
		return nil, s.w.down()
	case s.in != p && s.fault != nil:
		return nil, s.fault.later(s.w.state.retryAt)
	case s.in != p:
		return nil, &WorkerError{Fault: Down, What: "is starting"}
	}
	return p, nil
}

// limit returns how long an Invoke may take, and whether it is the context that says so.
func (s *Session) limit(ctx context.Context) (time.Duration, bool) {
	limit := s.options.Timeout
	if limit <= 0 {
		limit = 10 * time.Second
	}
	if deadline, ok := ctx.Deadline(); ok {
		if left := time.Until(deadline); left < limit {
			return max(left, time.Millisecond), true
		}
	}
	return limit, false
}

// cancels reports whether the library can end an Invoke that runs.
func (s *Session) cancels() bool {
	if s.signature.Key != "" && s.opened.Parts["signature runners"] {
		return s.opened.Parts["cancellation of signatures"]
	}
	return s.opened.Parts["cancellation"]
}

// finish reads the answer to an Invoke that is more than a header: an error, or outputs of other sizes.
func (s *Session) finish(p *process, body []byte, fd int) error {
	var r ran
	if err := json.Unmarshal(body, &r); err != nil {
		return s.w.fail(p, err)
	}
	if r.Error != "" {
		return refused(r.outcome, p)
	}
	offsets, size := layout(r.Outputs)
	data, err := unix.Mmap(fd, 0, size, unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return fmt.Errorf("mapping outputs: %w", err)
	}
	defer func() { _ = unix.Munmap(data) }()
	s.moved = true
	for i, port := range r.Outputs {
		s.outputs[i].Shape = port.Shape
		s.outputs[i].Data = slices.Clone(data[offsets[i] : offsets[i]+port.Bytes])
	}
	return nil
}

// settle makes the outputs those of the shared memory.
func (s *Session) settle() {
	s.moved = false
	for i := range s.outputs {
		s.outputs[i].Data, s.outputs[i].Shape = s.fixed[i], s.opened.Outputs[i].Shape
	}
}

// Reset makes variable tensors zero; it reports false if the library cannot.
func (s *Session) Reset() bool {
	s.w.io.Lock()
	defer s.w.io.Unlock()
	p, err := s.process()
	if err != nil {
		return true // a new process starts with fresh variables
	}
	var o outcome
	err = p.call(header{kind: kindReset, session: s.id}, nil, -1, shortly, &o)
	if err != nil {
		s.w.fail(p, err)
		return true
	}
	return o.Error == ""
}

// shortly is how long a worker may take for what is little work.
const shortly = 2 * time.Second

// Close closes the model; the worker goes on.
func (s *Session) Close() error {
	s.w.structure.Lock()
	defer s.w.structure.Unlock()
	s.closed = true
	delete(s.w.sessions, s.id)
	s.w.io.Lock()
	defer s.w.io.Unlock()
	if p, err := s.process(); err == nil {
		var o outcome
		if err := p.call(header{kind: kindClose, session: s.id}, nil, -1, shortly, &o); err != nil {
			s.w.fail(p, err)
		}
	}
	s.release()
	return nil
}

func (s *Session) release() {
	s.model.close()
	if s.shared != nil {
		s.shared.close()
	}
}

// Report returns what the library made of the model.
func (s *Session) Report() Report {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	o := &s.opened
	note := o.Note
	if note == "" {
		note = o.Said
	}
	r := Report{Version: o.Version, EdgeTPU: o.EdgeTPU, Library: s.w.options.Library, Parts: o.Parts, Taken: o.Taken, Partitions: o.Partitions, Note: note}
	if s.options.Delegate.Name != "" && o.Version != "" {
		r.Shares = shares(s.graph, o.Taken)
	}
	return r
}

// Invokes counts the Invokes that succeeded.
func (s *Session) Invokes() int64 { return s.invokes }

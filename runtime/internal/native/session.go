//go:build linux && (amd64 || arm64 || arm) && !nonative

package native

import (
	"context"
	"crypto/sha256"
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
	model   *memory
	shared  *memory // nil until the library has taken the model once
	opened  opened
	in      *process     // that has the model
	fault   *WorkerError // why the library refuses it; nil if it does not
	graph   *tflite.Graph

	inputs, outputs []tensor.Tensor
	fixed           [][]byte // the outputs' places in the shared memory
	moved           bool     // the outputs are elsewhere since they had another size
	invokes         int64
}

// Open opens a model, given both as a file's bytes and parsed, on the worker. With keep, a model that the library or the
// delegate refuses, or that ends the worker, stays and is tried again later: its Invoke says why it does not run.
func (w *Worker) Open(file []byte, m *tflite.Model, o Options, keep bool) (*Session, error) {
	if o.Delegate.Name == "edgetpu" && !o.AllowCPU && !compiledFor(m) {
		return nil, errNotCompiled
	}
	s := &Session{w: w, options: o, graph: &m.Graphs[0], turn: newTurn(modelKey(file))}
	var err error
	if s.model, err = newMemory("edged-model", len(file)); err != nil {
		return nil, err
	}
	copy(s.model.data, file)
	w.structure.Lock()
	defer w.structure.Unlock()
	w.next++
	s.id = w.next
	w.sessions[s.id] = s
	if fault := w.bring(s); fault != nil && !keep {
		delete(w.sessions, s.id)
		s.release()
		return nil, explain(fault, o.Delegate)
	}
	return s, nil
}

// modelKey tells models apart.
func modelKey(file []byte) string {
	sum := sha256.Sum256(file)
	return string(sum[:])
}

// explain adds to a fault what can be found out about the accelerator.
func explain(fault error, d Delegate) error {
	if e, ok := errors.AsType[*WorkerError](fault); ok && d.Name == "edgetpu" {
		return explainEdgeTPU(e, ThisMachine())
	}
	return fault
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
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	if p.dead {
		return errEnded
	}
	err := s.load(p)
	s.fault = nil
	if e, ok := errors.AsType[*WorkerError](err); ok {
		s.fault = e
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
		AllowCPU: s.options.AllowCPU, Bytes: len(s.model.data)}
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
	offsets, size := layout(o.Inputs, o.Outputs)
	m, err := newMemory("edged-tensors", size)
	if err != nil {
		return err
	}
	s.shared, s.opened = m, o
	s.inputs = s.tensors(s.graph.Inputs, o.Inputs, offsets)
	s.outputs = s.tensors(s.graph.Outputs, o.Outputs, offsets[len(o.Inputs):])
	for _, t := range s.outputs {
		s.fixed = append(s.fixed, t.Data)
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

// Signature says what goes in and out, in the graph's order.
func (s *Session) Signature() (g tensor.Signature) {
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
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	p := s.w.p
	if err := s.there(p); err != nil {
		return err
	}
	if ctx.Done() != nil && s.cancels() {
		defer context.AfterFunc(ctx, p.cancel)()
	}
	limit, byContext := s.limit(ctx)
	body, fd, err := p.ask(header{kind: kindInvoke, session: s.id}, nil, -1, limit)
	defer closeFD(fd)
	switch {
	case errors.Is(err, errNoAnswer) && byContext:
		return context.DeadlineExceeded // the answer, when it comes, is dropped
	case err != nil:
		return s.w.fail(err)
	case len(body) > 0:
		if err := s.finish(p, body, fd); err != nil {
			return err
		}
	case s.moved:
		s.settle()
	}
	s.invokes++
	if s.w.overLimit() {
		return s.w.fail(errLeaked)
	}
	return nil
}

// Ready returns why the model does not run at the moment; nil if it does, as far as is known.
func (s *Session) Ready() error {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	return s.there(s.w.p)
}

// there returns why the session is not in p; nil if it is. The caller holds the worker's mu.
func (s *Session) there(p *process) error {
	switch {
	case p == nil:
		return s.w.down()
	case s.in != p && s.fault != nil:
		return s.fault.later(s.w.state.retryAt)
	case s.in != p:
		return &WorkerError{Fault: Down, What: "is starting"}
	}
	return nil
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
	return !slices.Contains(s.opened.Missing, "TfLiteInterpreterCancel")
}

// finish reads the answer to an Invoke that is more than a header: an error, or outputs of other sizes.
func (s *Session) finish(p *process, body []byte, fd int) error {
	var r ran
	if err := json.Unmarshal(body, &r); err != nil {
		return s.w.fail(err)
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
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	if s.w.p == nil || s.in != s.w.p {
		return true // a new process starts with fresh variables
	}
	var o outcome
	err := s.w.p.call(header{kind: kindReset, session: s.id}, nil, -1, time.Minute, &o)
	return err == nil && o.Error == ""
}

// Close closes the model; the worker goes on.
func (s *Session) Close() error {
	s.w.structure.Lock()
	defer s.w.structure.Unlock()
	delete(s.w.sessions, s.id)
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	if s.w.p != nil && s.in == s.w.p {
		var o outcome
		_ = s.w.p.call(header{kind: kindClose, session: s.id}, nil, -1, time.Minute, &o)
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
	o := &s.opened
	note := o.Note
	if note == "" {
		note = o.Said
	}
	return Report{Version: o.Version, Library: s.w.options.Library, Missing: o.Missing, Taken: o.Taken, Partitions: o.Partitions, Note: note}
}

// Invokes counts the Invokes that succeeded.
func (s *Session) Invokes() int64 { return s.invokes }

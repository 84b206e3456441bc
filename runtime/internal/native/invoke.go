//go:build linux && (amd64 || arm64 || arm) && !nonative

package native

import (
	"encoding/json"
	"fmt"
	"sync"
)

// running is the interpreter that runs now, for the goroutine that cancels it.
type running struct {
	mu sync.Mutex
	in *interpreter
}

func (r *running) set(in *interpreter) {
	r.mu.Lock()
	r.in = in
	r.mu.Unlock()
}

// cancel asks the library to end the Invoke that runs, if it can.
func (w *server) cancel() {
	w.running.mu.Lock()
	defer w.running.mu.Unlock()
	if in := w.running.in; in != nil {
		in.cancel()
	}
}

// invoke runs a model once: inputs out of the shared memory, outputs into it. If all is well the answer is a bare header; if
// an output has another size than before, it carries the outputs in new memory.
func (w *server) invoke(h header, body []byte, fd int) error {
	defer closeFD(fd)
	answer := h.append(make([]byte, 0, 64))
	s := w.sessions[h.session]
	err := w.run(s, body, fd)
	if err == nil && s.resized(&w.lib.fn) {
		return w.sendResized(h, s)
	}
	if err == nil {
		err = s.collect(&w.lib.fn)
	}
	if err != nil {
		body, e := json.Marshal(ran{outcome: failed(err)})
		if e != nil {
			return e
		}
		answer = append(answer, body...)
	}
	return send(w.socket, answer, -1)
}

// ran is the answer to an Invoke that is no bare header.
type ran struct {
	outcome
	Outputs []port // in new memory, laid out as by layout
}

func (w *server) run(s *served, body []byte, fd int) error {
	if s == nil || s.shared == nil {
		return fmt.Errorf("worker: the session has no memory")
	}
	fn := &w.lib.fn
	for i, t := range s.inputs {
		copy(bytesAt(fn.TensorData(t), s.ports[0][i].Bytes), s.shared[s.offsets[i]:])
	}
	if len(body) > 0 {
		if err := s.takeStrings(body, fd); err != nil {
			return err
		}
	}
	w.running.set(s.in)
	code := s.in.invoke()
	w.running.set(nil)
	return status("running the model", code)
}

// resized reports whether an output has another size than the shared memory has room for.
func (s *served) resized(fn *functions) bool {
	for i, t := range s.outputs {
		if int(fn.TensorByteSize(t)) != s.ports[1][i].Bytes {
			return true
		}
	}
	return false
}

// collect copies the outputs into the shared memory.
func (s *served) collect(fn *functions) error {
	return copyOut(fn, s.outputs, s.ports[1], s.shared, s.offsets[len(s.inputs):])
}

func copyOut(fn *functions, outputs []uintptr, ports []port, to []byte, offsets []int) error {
	for i, t := range outputs {
		n := ports[i].Bytes
		at := fn.TensorData(t)
		if at == 0 && n > 0 {
			return fmt.Errorf("output %d has no memory", i)
		}
		copy(to[offsets[i]:offsets[i]+n], bytesAt(at, n))
	}
	return nil
}

func (w *server) sendResized(h header, s *served) error {
	var r ran
	for _, t := range s.outputs {
		r.Outputs = append(r.Outputs, s.in.port(t))
	}
	offsets, size := layout(r.Outputs)
	m, err := newMemory("edged-outputs", size)
	if err == nil {
		defer m.close()
		err = copyOut(&w.lib.fn, s.outputs, r.Outputs, m.data, offsets)
	}
	fd := -1
	if r.outcome = failed(err); err == nil {
		fd = m.fd
	}
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return send(w.socket, append(h.append(nil), body...), fd)
}

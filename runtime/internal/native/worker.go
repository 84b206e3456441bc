//go:build linux && (amd64 || arm64 || arm) && !nonative

package native

import (
	"encoding/json"
	"errors"
	"fmt"
	goruntime "runtime"

	"github.com/ebitengine/purego"
	"golang.org/x/sys/unix"

	"edged/runtime/tensor"
)

// The descriptors that a worker starts with.
const (
	workerSocket  = 3 // requests
	workerControl = 4 // a byte cancels the Invoke that runs; its end ends the worker
)

// Serve is a worker's whole life: it answers requests until edged closes the socket. exit must end the process at once: it is
// called when edged has ended while the library does not come back.
func Serve(exit func(status int)) error {
	goruntime.LockOSThread() // drivers may keep state by thread
	if err := plainSignals(); err != nil {
		return err
	}
	w := &server{socket: workerSocket, sessions: map[uint32]*served{}}
	go watch(workerControl, w, exit)
	in := newReceiver(w.socket)
	for {
		message, fd, err := in.receive()
		if err != nil || len(message) == 0 {
			return err
		}
		if err := w.handle(message, fd); err != nil {
			return err
		}
	}
}

// plainSignals takes Go's handlers off the signals of a crash, so that the library's crash ends the process by its own
// signal, and what was printed last is not Go's account of it.
func plainSignals() error {
	signal, err := purego.Dlsym(purego.RTLD_DEFAULT, "signal")
	if err != nil {
		return err
	}
	for _, s := range []unix.Signal{unix.SIGSEGV, unix.SIGBUS, unix.SIGFPE, unix.SIGILL, unix.SIGABRT, unix.SIGTRAP} {
		const defaultAction = 0 // SIG_DFL
		purego.SyscallN(signal, uintptr(s), defaultAction)
	}
	return nil
}

// watch ends the worker when edged is gone, even while the library hangs, and cancels what runs when it is told to. It is
// the one goroutine that nobody waits for: the process's end is its own.
func watch(control int, w *server, exit func(int)) {
	buf := make([]byte, 1)
	for {
		n, err := unix.Read(control, buf)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if n <= 0 || err != nil {
			exit(0)
		}
		w.cancel()
	}
}

// server is the worker's side of the socket.
type server struct {
	socket   int
	lib      *Library
	sessions map[uint32]*served
	running  running
}

// served is one model with its memory.
type served struct {
	in            *interpreter
	model, shared []byte
	inputs        []uintptr
	outputs       []uintptr
	offsets       []int
	ports         [2][]port
}

// handle answers one request. An error is the socket's, and ends the worker.
func (w *server) handle(message []byte, fd int) error {
	h, body, ok := parseHeader(message)
	if !ok {
		return errors.New("worker: a message without a header")
	}
	if h.kind == kindInvoke {
		return w.invoke(h, body, fd)
	}
	answer, err := json.Marshal(w.answer(h, body, fd))
	if err != nil {
		return err
	}
	return send(w.socket, append(h.append(nil), answer...), -1)
}

func (w *server) answer(h header, body []byte, fd int) any {
	if fd >= 0 {
		defer unix.Close(fd)
	}
	switch h.kind {
	case kindOpen:
		var r request
		if err := json.Unmarshal(body, &r); err != nil {
			return failed(err)
		}
		return w.open(h.session, r, fd)
	case kindMap:
		var m mapping
		if err := json.Unmarshal(body, &m); err != nil {
			return failed(err)
		}
		return failed(w.attach(h.session, m, fd))
	case kindReset:
		return failed(w.reset(h.session))
	case kindClose:
		w.close(h.session)
		return outcome{}
	}
	return failed(fmt.Errorf("worker: no request of kind %q", h.kind))
}

// failed makes an outcome of an error.
func failed(err error) outcome {
	if err == nil {
		return outcome{}
	}
	o := outcome{Error: err.Error()}
	if l, ok := errors.AsType[*LibraryError](err); ok {
		o.Hint = l.Hint
	}
	return o
}

func (w *server) open(id uint32, r request, fd int) opened {
	if w.lib == nil {
		lib, err := Load(r.Library)
		if err != nil {
			return opened{outcome: failed(err)}
		}
		w.lib = lib
	}
	model, err := unix.Mmap(fd, 0, r.Bytes, unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return opened{outcome: failed(fmt.Errorf("mapping the model: %w", err))}
	}
	r.Delegate.threads = r.Threads
	in, note, err := prepare(w.lib, model, r)
	if err != nil {
		_ = unix.Munmap(model)
		return opened{outcome: failed(err), Version: w.lib.Version}
	}
	s := &served{in: in, model: model}
	if err := s.find(); err != nil {
		s.close()
		return opened{outcome: failed(err), Version: w.lib.Version}
	}
	w.sessions[id] = s
	return w.describe(s, note)
}

// prepare makes an interpreter. XNNPACK, which only makes things faster, is gone without where it fails; any other delegate
// must take something.
func prepare(lib *Library, model []byte, r request) (in *interpreter, note string, err error) {
	if r.Delegate.Name == "xnnpack" {
		return prepareXNNPack(lib, model, r)
	}
	in, err = newInterpreter(lib, model, r)
	if err != nil || in.delegate == nil || r.AllowCPU || !in.delegate.hook.ran() {
		return in, "", err
	}
	if nodes, _ := in.delegate.hook.taken(r.Signature.Graph); len(nodes) == 0 {
		in.close()
		return nil, "", fmt.Errorf("delegate %s: takes none of the model's operators", r.Delegate)
	}
	return in, "", nil
}

// prepareXNNPack tries the place of the flags that the library's version should have, then the other, and keeps the one
// with which more nodes are taken.
func prepareXNNPack(lib *Library, model []byte, r request) (in *interpreter, note string, err error) {
	first := r.Delegate.flagsWord(lib.Version)
	best := 0
	for _, word := range []int{first, 3 - first} {
		r.Delegate.xnnpackWord = word
		next, e := newInterpreter(lib, model, r)
		if e != nil {
			err = e
			continue
		}
		nodes, _ := next.delegate.hook.taken(r.Signature.Graph)
		if in != nil && len(nodes) <= best {
			next.close()
			continue
		}
		if in != nil {
			in.close()
		}
		if in, best = next, len(nodes); best > 0 {
			break
		}
	}
	if in != nil {
		return in, "", nil
	}
	r.Delegate = Delegate{}
	note = fmt.Sprintf("without XNNPACK: %v", err)
	in, err = newInterpreter(lib, model, r)
	return in, note, err
}

func (w *server) describe(s *served, note string) opened {
	o := opened{Version: w.lib.Version, Parts: w.lib.Parts, Note: note}
	for _, t := range s.inputs {
		p := s.in.port(t)
		if p.DType == tensor.String {
			p.Bytes = 0 // strings come with each Invoke
		}
		o.Inputs = append(o.Inputs, p)
	}
	for _, t := range s.outputs {
		o.Outputs = append(o.Outputs, s.in.port(t))
	}
	if d := s.in.delegate; d != nil {
		o.Taken, o.Partitions = d.hook.taken(s.in.signature.Graph)
		o.Said, o.EdgeTPU = d.message, d.version
	}
	s.ports = [2][]port{o.Inputs, o.Outputs}
	s.offsets, _ = layout(o.Inputs, o.Outputs)
	return o
}

// attach maps the memory that edged has made for the tensors.
func (w *server) attach(id uint32, m mapping, fd int) (err error) {
	s := w.sessions[id]
	if s == nil {
		return fmt.Errorf("worker: no session %d", id)
	}
	s.shared, err = unix.Mmap(fd, 0, m.Bytes, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	return err
}

func (w *server) reset(id uint32) error {
	s := w.sessions[id]
	if s == nil || w.lib.fn.ResetVariables == nil {
		return fmt.Errorf("the library (%s) cannot reset variables", w.lib.Version)
	}
	return status("resetting variables", w.lib.fn.ResetVariables(s.in.handle))
}

func (w *server) close(id uint32) {
	s := w.sessions[id]
	if s == nil {
		return
	}
	delete(w.sessions, id)
	s.close()
}

func (s *served) close() {
	s.in.close()
	_ = unix.Munmap(s.model)
	if s.shared != nil {
		_ = unix.Munmap(s.shared)
	}
}

// find looks up the inputs and outputs.
func (s *served) find() (err error) {
	if s.inputs, err = s.in.inputs(); err == nil {
		s.outputs, err = s.in.outputs()
	}
	return err
}

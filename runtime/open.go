package runtime

import (
	"errors"
	"fmt"
	"time"

	"edged/runtime/internal/interp"
	"edged/runtime/internal/native"
	"edged/runtime/internal/simd"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// Engines lists the engines that this build has.
func Engines() []string {
	if native.Built {
		return []string{"builtin", "tflite"}
	}
	return []string{"builtin"}
}

// SIMD names the inner loops that the builtin engine runs here: generic; avx2, avxvnni, avx512vnni; neon, sdot. The environment variable
// EDGED_SIMD chooses others; one that this processor cannot run makes Open fail.
func SIMD() string { return simd.Chosen() }

// SIMDPaths returns the names of those that this processor can run, best last; EDGED_SIMD forces one.
func SIMDPaths() []string { return simd.Paths() }

// Open opens the model file at path. The error names the file; errors.As finds a *tflite.FormatError (the file is
// wrong) or a *tflite.UnsupportedError (no engine of this build runs it) in it.
func Open(path string, o Options) (Session, error) {
	f, err := tflite.Open(path)
	if err != nil {
		return nil, err
	}
	o.Source = f.Bytes
	s, err := New(f.Model, o)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &fileSession{s, f}, nil
}

// New runs a model already parsed; the bytes behind it must stay as they are until Close.
func New(m *tflite.Model, o Options) (Session, error) {
	switch o.Engine {
	case "builtin":
		return newBuiltin(m, o)
	case "tflite":
		return newTFLite(m, o)
	case "", "auto":
		return newAuto(m, o)
	}
	return nil, fmt.Errorf("engine %q: this build has %v", o.Engine, Engines())
}

// newAuto takes the delegate that o asks for; else the builtin engine; else, for an operator that that lacks, TensorFlow
// Lite.
func newAuto(m *tflite.Model, o Options) (Session, error) {
	if o.TFLite.Delegate.Name != "" {
		return newTFLite(m, o)
	}
	s, err := newBuiltin(m, o)
	if _, lacks := errors.AsType[*tflite.UnsupportedError](err); !lacks {
		if err != nil {
			return nil, err
		}
		return s, nil
	}
	second, e := newTFLite(m, o)
	if e != nil {
		return nil, err // which lists the operators
	}
	return second, nil
}

// fileSession is a Session with the file whose weights it uses.
type fileSession struct {
	Session
	file *tflite.File
}

// Close closes the session and its file.
func (s *fileSession) Close() error { return errors.Join(s.Session.Close(), s.file.Close()) }

// under returns the session itself, of Variants the one that runs.
func under(s Session) Session {
	switch s := s.(type) {
	case *fileSession:
		return s.Session
	case *Variants:
		return under(s.current())
	}
	return s
}

// Unsupported lists the operators of m's main graph that the builtin engine lacks, each with its place and reason.
func Unsupported(m *tflite.Model) []string {
	return interp.Unsupported(m, interp.Options{MemoryLimit: min(totalMemory()/4, 1<<30)})
}

// builtin is the builtin engine's Session.
type builtin struct {
	*interp.Session
	signature tensor.Signature
}

func newBuiltin(m *tflite.Model, o Options) (*builtin, error) {
	if o.MemoryLimit <= 0 {
		o.MemoryLimit = totalMemory() / 4
	}
	d, err := signatureOf(m, o.Signature)
	if err != nil {
		return nil, err
	}
	s, err := interp.New(m, interp.Options{Graph: d.Graph, Threads: o.Threads, Helpers: o.Pool.helpers(), Shapes: o.Shapes, Profile: o.Profile,
		MemoryLimit: o.MemoryLimit, PackLimit: o.PackLimit, Watch: o.Watch})
	if err != nil {
		return nil, err
	}
	return &builtin{Session: s, signature: named(s.Signature(), d)}, nil
}

// signatureOf returns the signature of that key; of none the first of the main graph, or an empty one.
func signatureOf(m *tflite.Model, key string) (tflite.Signature, error) {
	var keys []string
	for _, d := range m.Signatures {
		if d.Key == key || key == "" && d.Graph == 0 {
			return d, nil
		}
		keys = append(keys, d.Key)
	}
	if key == "" {
		return tflite.Signature{}, nil
	}
	return tflite.Signature{}, fmt.Errorf("the model has no signature %q; it has %q", key, keys)
}

// named gives the graph's inputs and outputs the names of a signature.
func named(g tensor.Signature, d tflite.Signature) tensor.Signature {
	g.Key = d.Key
	rename(g.Inputs, d.Inputs)
	rename(g.Outputs, d.Outputs)
	return g
}

func rename(infos []tensor.Info, ports []tflite.Port) {
	names := make(map[int]string, len(ports))
	for _, p := range ports {
		names[p.Tensor] = p.Name
	}
	for i := range infos {
		if name, ok := names[infos[i].Index]; ok {
			infos[i].Name = name
		}
	}
}

// Reset forgets what the model remembers.
func (b *builtin) Reset() bool {
	b.Session.Reset()
	return true
}

// Signature says what goes in and out, in the order of the model's graph.
func (b *builtin) Signature() tensor.Signature { return b.signature }

// Stats returns what the session holds and has done.
func (b *builtin) Stats() Stats {
	st := Stats{Engine: "builtin", ArenaBytes: b.ArenaBytes(), Packed: b.PackedBytes(), Invokes: b.Invokes(), Plans: b.Plans()}
	b.Steps(func(op *tflite.Op, out tensor.Info, macs int64, total time.Duration) {
		st.Ops = append(st.Ops, OpStats{Index: op.Index, Op: op.Name(), Name: out.Name, DType: out.DType, MACs: macs, Total: total})
	})
	return st
}

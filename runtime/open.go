package runtime

import (
	"fmt"
	"time"

	"edged/runtime/internal/interp"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// Engines lists the engines that this build has.
func Engines() []string { return []string{"builtin"} }

// Open opens the model file at path. The error names the file; errors.As finds a *tflite.FormatError (the file is
// wrong) or a *tflite.UnsupportedError (no engine of this build runs it) in it.
func Open(path string, o Options) (Session, error) {
	f, err := tflite.Open(path)
	if err != nil {
		return nil, err
	}
	s, err := newBuiltin(f.Model, o)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	s.file = f
	return s, nil
}

// New runs a model already parsed; the bytes behind it must stay as they are until Close.
func New(m *tflite.Model, o Options) (Session, error) { return newBuiltin(m, o) }

// Unsupported lists the operators of m's main graph that the builtin engine lacks, each with its place and reason.
func Unsupported(m *tflite.Model) []string {
	return interp.Unsupported(m, interp.Options{MemoryLimit: min(totalMemory()/4, 1<<30)})
}

// builtin is the builtin engine's Session, with the file whose weights it uses.
type builtin struct {
	*interp.Session
	signature tensor.Signature
	file      *tflite.File
}

func newBuiltin(m *tflite.Model, o Options) (*builtin, error) {
	switch o.Engine {
	case "", "auto", "builtin":
	default:
		return nil, fmt.Errorf("engine %q: this build has %v", o.Engine, Engines())
	}
	if o.MemoryLimit <= 0 {
		o.MemoryLimit = totalMemory() / 4
	}
	s, err := interp.New(m, interp.Options{Threads: o.Threads, Shapes: o.Shapes, Profile: o.Profile, MemoryLimit: o.MemoryLimit})
	if err != nil {
		return nil, err
	}
	return &builtin{Session: s, signature: named(s.Signature(), m)}, nil
}

// named gives the graph's inputs and outputs the names of the model's first SignatureDef of the main graph.
func named(g tensor.Signature, m *tflite.Model) tensor.Signature {
	for _, d := range m.Signatures {
		if d.Graph != 0 {
			continue
		}
		g.Key = d.Key
		rename(g.Inputs, d.Inputs)
		rename(g.Outputs, d.Outputs)
		break
	}
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

// Signature says what goes in and out, in the order of the model's graph.
func (b *builtin) Signature() tensor.Signature { return b.signature }

// Close frees the session, and its file where Open opened one.
func (b *builtin) Close() error {
	err := b.Session.Close()
	if b.file != nil {
		if e := b.file.Close(); err == nil {
			err = e
		}
	}
	return err
}

// Stats returns what the session holds and has done.
func (b *builtin) Stats() Stats {
	st := Stats{Engine: "builtin", ArenaBytes: b.ArenaBytes(), Invokes: b.Invokes(), Plans: b.Plans()}
	b.Steps(func(op *tflite.Op, out tensor.Info, macs int64, total time.Duration) {
		st.Ops = append(st.Ops, OpStats{Op: op.Name(), Name: out.Name, MACs: macs, Total: total})
	})
	return st
}

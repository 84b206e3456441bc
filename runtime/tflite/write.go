package tflite

import (
	"fmt"
	"unsafe"

	flatbuffers "github.com/google/flatbuffers/go"
)

// constantAlignment is where the schema wants constants to start: a multiple of 16 bytes into the file.
const constantAlignment = 16

// maxWritten is half of what a flatbuffer can hold: the builder grows by doubling.
const maxWritten = 1 << 30

// Write returns m as the bytes of a .tflite file, with files packed behind it in the order given. Parse makes m out of
// them again; the same m gives the same bytes. Constants that share memory in m share a buffer in the file.
//
// An operator whose Options are nil is written without a table. The error is a *FormatError, where m breaks a rule
// that Parse checks, or an *UnsupportedError: over 1 GB, or an operator with UnknownOptions.
func Write(m *Model, files ...AssociatedFile) ([]byte, error) {
	size := constantBytes(m)
	if size > maxWritten {
		what := fmt.Sprintf("%d bytes of constants, at most %d are written", size, maxWritten)
		return nil, &UnsupportedError{Where: "file", What: what}
	}
	// A multiple of the alignment here, which doubling keeps, makes what is aligned in the file aligned in memory, too.
	room := (int(size) + 1<<12) &^ (constantAlignment - 1)
	w := &writer{b: flatbuffers.NewBuilder(room), codes: map[opcode]int{}, seen: map[extent]int{}}
	w.model(m)
	if w.problem != nil {
		return nil, w.problem.err()
	}
	out := w.b.FinishedBytes()
	if _, err := Parse(out); err != nil {
		return nil, err
	}
	return pack(out, files)
}

func constantBytes(m *Model) int64 {
	var n int64
	for _, g := range m.Graphs {
		for _, t := range g.Tensors {
			n += int64(len(t.Data)) + 256
		}
		for _, o := range g.Ops {
			n += int64(len(o.CustomOptions)) + 128
		}
	}
	for _, d := range m.Metadata {
		n += int64(len(d.Data))
	}
	return n
}

// writer builds a flatbuffer, which grows from its end to its start: whatever a table points to is written before it.
type writer struct {
	b       *flatbuffers.Builder
	problem *problem

	codes    map[opcode]int
	codeList []opcode
	seen     map[extent]int // of constants, to their buffer's number
	buffers  []flatbuffers.UOffsetT
}

// extent is a slice's place in memory.
type extent struct {
	at *byte
	n  int
}

func (w *writer) bad(format string, args ...any) {
	if w.problem == nil {
		w.problem = &problem{what: fmt.Sprintf(format, args...)}
	}
}

// at adds the outer part of a new problem's place; was is the problem known before.
func (w *writer) at(was *problem, format string, args ...any) {
	if was == nil && w.problem != nil {
		w.problem.at(format, args...)
	}
}

func (w *writer) model(m *Model) {
	w.buffers = append(w.buffers, w.object(nil)) // buffer 0 is empty by convention
	graphs := make([]flatbuffers.UOffsetT, len(m.Graphs))
	for i := range m.Graphs {
		was := w.problem
		graphs[i] = w.graph(&m.Graphs[i])
		w.at(was, "subgraph %d", i)
	}
	var metadata, signatures []flatbuffers.UOffsetT
	for _, d := range m.Metadata {
		metadata = append(metadata, w.object([]cell{w.str(0, d.Name), w.i32(1, w.constant(d.Data))}))
	}
	for _, s := range m.Signatures {
		signatures = append(signatures, w.signature(s))
	}
	var codes []flatbuffers.UOffsetT
	for _, c := range w.codeList {
		codes = append(codes, w.opcode(c))
	}
	root := w.object([]cell{
		w.i32(0, m.Version), w.list(1, codes), w.list(2, graphs), w.str(3, m.Description), w.list(4, w.buffers),
		w.some(6, metadata), w.some(7, signatures),
	})
	w.b.FinishWithFileIdentifier(root, []byte(fileIdentifier))
}

func (w *writer) opcode(c opcode) flatbuffers.UOffsetT {
	const placeholder = byte(OpPlaceholderForGreaterOpCodes)
	return w.object([]cell{
		u8(0, byte(min(c.code, OpCode(placeholder)))), w.str(1, c.custom), w.i32(2, c.version), w.i32(3, int(c.code)),
	})
}

// code returns the number of the operator's entry in the model's list.
func (w *writer) code(o *Op) int {
	c := opcode{code: o.Code, version: o.Version}
	if o.Code == OpCustom {
		c.custom = o.Custom
	}
	i, ok := w.codes[c]
	if !ok {
		i = len(w.codeList)
		w.codes[c], w.codeList = i, append(w.codeList, c)
	}
	return i
}

// constant returns the number of the buffer that holds data.
func (w *writer) constant(data []byte) int {
	if len(data) == 0 {
		return 0
	}
	key := extent{unsafe.SliceData(data), len(data)}
	i, ok := w.seen[key]
	if !ok {
		i = len(w.buffers)
		w.seen[key] = i
		w.b.Prep(constantAlignment, len(data))
		w.buffers = append(w.buffers, w.object([]cell{offset(0, w.b.CreateByteVector(data))}))
	}
	return i
}

func (w *writer) signature(s Signature) flatbuffers.UOffsetT {
	ports := func(list []Port) (out []flatbuffers.UOffsetT) {
		for _, p := range list {
			out = append(out, w.object([]cell{w.str(0, p.Name), w.i32(1, p.Tensor)}))
		}
		return out
	}
	return w.object([]cell{w.list(0, ports(s.Inputs)), w.list(1, ports(s.Outputs)), w.str(2, s.Key), w.i32(4, s.Graph)})
}

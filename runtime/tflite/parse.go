package tflite

import "unsafe"

// schemaVersion is the only version of the schema in use since 2017; its revisions 3a to 3d add fields to it.
const schemaVersion = 3

// fileIdentifier stands at bytes 4 to 8 of every file of this schema.
const fileIdentifier = "TFL3"

// Parse reads a model from the bytes of a .tflite file and checks it: every offset, index and length. The Model shares
// b's memory; b must stay as it is while the Model is used. The error is a *FormatError or an *UnsupportedError.
//
// Checked are the facts of the format, so that later rooms can index without looking: tensors' indices, constants'
// sizes, quantization's lengths, subgraph numbers. Whether an operator makes sense is not for this package.
func Parse(b []byte) (*Model, error) {
	p := &parser{r: newReader(b)}
	m := p.model()
	if p.r.ok() {
		return m, nil
	}
	return nil, p.r.problem.err()
}

// parser holds the model's shared lists, to which graphs refer by number.
type parser struct {
	r       *reader
	codes   []opcode
	buffers []buffer
	graphs  int
}

type opcode struct {
	code    OpCode
	custom  string
	version int
}

type buffer struct {
	data   []byte
	copied []byte // a copy of data where data is not aligned to 8 bytes and somebody needs it
}

func (p *parser) model() *Model {
	r := p.r
	if head := r.span(0, 8); head == nil || string(head[4:]) != fileIdentifier {
		r.problem = nil
		r.bad("no %s at byte 4 of %d bytes: not a TensorFlow Lite file", fileIdentifier, len(r.b))
		return nil
	}
	root := r.table(r.follow(0))
	m := &Model{Version: int(root.u32(0, 0)), Description: root.string(3)}
	if r.ok() && m.Version != schemaVersion {
		r.unsupported("schema version %d, only %d is known", m.Version, schemaVersion)
	}
	root.tables(1, "operator code", func(_ int, t table) { p.codes = append(p.codes, p.opcode(t)) })
	root.tables(4, "buffer", func(_ int, t table) { p.buffers = append(p.buffers, buffer{data: p.stored(t, 0, 1)}) })
	p.graphs = root.len(2)
	if r.ok() && p.graphs == 0 {
		r.bad("no subgraph")
	}
	root.tables(2, "subgraph", func(i int, t table) { m.Graphs = append(m.Graphs, p.graph(t)) })
	root.tables(6, "metadata", func(_ int, t table) { m.Metadata = append(m.Metadata, p.metadata(t)) })
	root.tables(7, "signature", func(_ int, t table) { m.Signatures = append(m.Signatures, p.signature(t, m.Graphs)) })
	return m
}

func (p *parser) opcode(t table) opcode {
	// Files from before revision 3a have the int8 only, those after it write 127 there for newer operators.
	code := max(int(int8(t.u8(0, 0))), t.i32(3, 0))
	c := opcode{code: OpCode(code), custom: t.string(1), version: t.i32(2, 1)}
	switch {
	case code < 0:
		p.r.bad("operator number %d", code)
	case c.code == OpCustom && c.custom == "":
		p.r.bad("a custom operator without a name")
	case c.code != OpCustom:
		c.custom = ""
	}
	return c
}

// stored returns bytes that a table keeps in its vector field id, or elsewhere in the file by the pair of fields
// (offset, size) that starts at field outside: models over 2 GB keep them after the flatbuffer, and then offset is
// over 1 (schema.fbs, Buffer and Operator). Empty is nil.
func (p *parser) stored(t table, id, outside int) []byte {
	data := t.bytes(id)
	if offset, size := t.u64(outside, 0), t.u64(outside+1, 0); offset > 1 {
		if n := uint64(len(p.r.b)); offset > n || size > n-offset {
			p.r.bad("%d bytes at offset %d end outside the file of %d bytes", size, offset, n)
			return nil
		}
		data = p.r.span(int64(offset), int64(size))
	}
	if len(data) == 0 {
		return nil
	}
	return data
}

// buffer returns the bytes of buffer i, aligned to align bytes (up to 8); nil if it is empty.
func (p *parser) buffer(i uint32, align int) []byte {
	if int64(i) >= int64(len(p.buffers)) {
		if p.r.ok() {
			p.r.bad("buffer %d of %d", i, len(p.buffers))
		}
		return nil
	}
	b := &p.buffers[i]
	if len(b.data) == 0 || aligned(b.data, align) {
		return b.data
	}
	if b.copied == nil {
		if p.r.spend(int64(len(b.data))); !p.r.ok() {
			return nil
		}
		words := make([]uint64, (len(b.data)+7)/8) // words, for their alignment
		b.copied = unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), len(b.data))
		copy(b.copied, b.data)
	}
	return b.copied
}

// aligned reports whether b starts at a multiple of n in memory.
func aligned(b []byte, n int) bool {
	return uintptr(unsafe.Pointer(unsafe.SliceData(b)))%uintptr(n) == 0
}

func (p *parser) metadata(t table) Metadata {
	return Metadata{Name: t.string(0), Data: p.buffer(t.u32(1, 0), 1)}
}

func (p *parser) signature(t table, graphs []Graph) Signature {
	s := Signature{Key: t.string(2)}
	g := t.u32(4, 0)
	if int64(g) >= int64(len(graphs)) {
		p.r.bad("subgraph %d of %d", g, len(graphs))
		return s
	}
	s.Graph = int(g)
	n := len(graphs[g].Tensors)
	s.Inputs, s.Outputs = p.ports(t, 0, "input", n), p.ports(t, 1, "output", n)
	if !p.r.ok() && s.Key != "" {
		p.r.problem.at("%q", s.Key)
	}
	return s
}

func (p *parser) ports(t table, id int, kind string, tensors int) []Port {
	var ports []Port
	t.tables(id, kind, func(_ int, t table) {
		i := t.u32(1, 0)
		if int64(i) >= int64(tensors) {
			p.r.bad("tensor %d of %d", i, tensors)
			return
		}
		ports = append(ports, Port{Name: t.string(0), Tensor: int(i)})
	})
	return ports
}

//go:build linux && (amd64 || arm64 || arm) && !nonative

package native

import (
	"edged/runtime/tensor"
)

// A message between edged and a worker is one datagram of a SOCK_SEQPACKET socket pair: a request's kind and number, then
// JSON, or nothing for an Invoke. An answer has the same kind and number.
type kind byte

const (
	kindOpen   kind = 'o' // request with the model's memory as a descriptor → opened
	kindMap    kind = 'm' // mapping with the tensors' memory as a descriptor → outcome
	kindInvoke kind = 'i' // a session's number, strings if there are string inputs → nothing if all is well, else ran
	kindReset  kind = 'r' // a session's number → outcome
	kindClose  kind = 'c' // a session's number → outcome
)

// header is how each message starts.
type header struct {
	kind    kind
	seq     uint32 // of the request
	session uint32
}

const headerBytes = 9

func (h header) append(b []byte) []byte {
	return append(b, byte(h.kind), byte(h.seq), byte(h.seq>>8), byte(h.seq>>16), byte(h.seq>>24),
		byte(h.session), byte(h.session>>8), byte(h.session>>16), byte(h.session>>24))
}

func parseHeader(b []byte) (h header, body []byte, ok bool) {
	if len(b) < headerBytes {
		return h, nil, false
	}
	word := func(i int) uint32 {
		return uint32(b[i]) | uint32(b[i+1])<<8 | uint32(b[i+2])<<16 | uint32(b[i+3])<<24
	}
	return header{kind: kind(b[0]), seq: word(1), session: word(5)}, b[headerBytes:], true
}

// request opens a model.
type request struct {
	Library  string
	Delegate Delegate
	Threads  int
	Shapes   map[int]tensor.Shape
	AllowCPU bool
	Bytes    int // of the model

	Signature signature
}

// signature is the graph that runs; with a key, as that SignatureDef, with its names of the graph's inputs and outputs in
// the graph's order.
type signature struct {
	Key             string
	Graph           int
	Inputs, Outputs []string
}

// opened says what the library made of a model.
type opened struct {
	outcome
	Version    string
	Parts      Parts
	Inputs     []port
	Outputs    []port
	Taken      []int // nodes that the delegate took
	Partitions int
	EdgeTPU    string // version of libedgetpu's runtime
	Said       string // by a plugin that was made nevertheless
	Note       string // about a delegate that edged went on without
}

// outcome is the end of a request.
type outcome struct {
	Error string // empty if all is well
	Hint  string
}

// mapping says how the tensors lie in the shared memory: inputs, then outputs, each from a multiple of 64 bytes.
type mapping struct{ Bytes int }

// layout returns where ports lie one after the other, and the end.
func layout(groups ...[]port) (offsets []int, end int) {
	for _, ports := range groups {
		for _, p := range ports {
			offsets = append(offsets, end)
			end += (p.Bytes + 63) &^ 63
		}
	}
	return offsets, max(end, 64)
}

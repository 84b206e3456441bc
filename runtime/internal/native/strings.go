//go:build linux && (amd64 || arm64 || arm) && !nonative

package native

import (
	"encoding/json"
	"fmt"

	"golang.org/x/sys/unix"

	"edged/runtime/tensor"
)

// String tensors have another size with each Invoke, so that they do not lie in the memory that edged and the worker share:
// those of the inputs come with the request, packed as the library packs them, in memory of their own. Outputs come back as
// any whose size has changed.

// strings says how many bytes each input of strings has; they lie one after the other as by layout.
type packed struct{ Bytes []int }

// ports are those of layout.
func (p packed) ports() (list []port) {
	for _, n := range p.Bytes {
		list = append(list, port{Bytes: n})
	}
	return list
}

// packStrings gathers the inputs of strings; without any it returns nothing. The caller closes m.
func (s *Session) packStrings() (body []byte, m *memory, err error) {
	var p packed
	var all [][]byte
	for i := range s.inputs {
		t := &s.inputs[i]
		if t.DType != tensor.String {
			continue
		}
		texts, err := tensor.ParseStrings(t.Data)
		if err != nil {
			return nil, nil, fmt.Errorf("input %q: %w", t.Name, err)
		}
		if n, want := texts.Len(), t.Shape.Elems(); n != want {
			return nil, nil, fmt.Errorf("input %q: has %d strings, its shape is %s", t.Name, n, t.Shape)
		}
		data := t.Data[:texts.Size()]
		p.Bytes, all = append(p.Bytes, len(data)), append(all, data)
	}
	if len(all) == 0 {
		return nil, nil, nil
	}
	offsets, size := layout(p.ports())
	if m, err = newMemory("edged-strings", size); err != nil {
		return nil, nil, err
	}
	for i, data := range all {
		copy(m.data[offsets[i]:], data)
	}
	body, err = json.Marshal(p)
	return body, m, err
}

// takeStrings gives the inputs of strings what came with a request.
func (s *served) takeStrings(body []byte, fd int) error {
	var p packed
	if err := json.Unmarshal(body, &p); err != nil {
		return err
	}
	offsets, size := layout(p.ports())
	data, err := unix.Mmap(fd, 0, size, unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return fmt.Errorf("mapping strings: %w", err)
	}
	defer func() { _ = unix.Munmap(data) }()
	fn := &s.in.lib.fn
	for i, t := range s.inputs {
		if s.ports[0][i].DType != tensor.String || len(p.Bytes) == 0 {
			continue
		}
		n := p.Bytes[0]
		fn.TensorRealloc(uintptr(n), t)
		if int(fn.TensorByteSize(t)) != n {
			return fmt.Errorf("input %d: the library gives strings of %d bytes no memory", i, n)
		}
		copy(bytesAt(fn.TensorData(t), n), data[offsets[0]:])
		p.Bytes, offsets = p.Bytes[1:], offsets[1:]
	}
	return nil
}
